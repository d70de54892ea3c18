import { expect, it } from "vitest";

import { instantOf, isEqual, isStorable } from "./exact.ts";

it.each([
  ["138.0", "138"],
  ["1e3", "1000.00"],
  ["-0", "0e99"],
  ["0.00012300", "12.3E-5"],
  ["9007199254740993", "9007199254740993.0"],
])("accepts %s as %s", (a, b) => expect(isEqual(a, b)).toBe(true));

it.each([
  ["9007199254740993", "9007199254740992"],
  ["1", "1.00000000000000000000000000000000000001"],
  ["1e125", "1e126"],
  ["1", "-1"],
])("does not accept %s as %s", (a, b) => expect(isEqual(a, b)).toBe(false));

it("knows what DynamoDB holds to the last digit", () => {
  const held = ["9".repeat(38), "1e125", "9.9e125", "1e-130", "0e999", `1${"0".repeat(100)}`];
  const not = ["9".repeat(39), "1e126", "1e-131", `1${"0".repeat(37)}1.1`];
  expect([...held, ...not].filter(isStorable)).toEqual(held);
});

it("takes a whole number of thirteen digits for a time", () => {
  expect(instantOf("1.726559995e12")).toBe(1726559995000);
  expect(instantOf("1726559995000.000")).toBe(1726559995000);
  for (const text of [
    "1726559995",
    "1726559995000.00000000000000000001",
    "999999999999.99999",
    "1e999999999",
  ])
    expect(instantOf(text)).toBeUndefined();
});
