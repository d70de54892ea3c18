import { expect, it } from "vitest";

import { TYPE_NAMES, typeOfName } from "./type-name.ts";

it.each([
  ["power", "0100010700"],
  ["import", "0100010800"],
  ["feed-in", "0100020700"],
  ["export", "0100020800"],
  ["battery", "batteryVoltage"],
  ["temperature", "roomTemperature"],
  ["humidity", "roomHumidity"],
  ["Power", "0100010700"],
  ["1-0:1.7.0", "0100010700"],
  ["1-0:1.7.0*255", "0100010700"],
  ["01-00:52.07.00", "0100520700"],
  ["0100520700", "0100520700"],
  ["LORARSSI", "loraRssi"],
])("reads %s as %s", (name, type) => {
  expect(typeOfName(name)).toBe(type);
});

it.each([
  "constructor",
  "01005207001",
  "x0100520700",
  "1-0:1.7",
  "1-0:1.7.0*254",
  "1-0:1.7.0x",
  "x1-0:1.7.0",
  "100-0:1.7.0",
  "1-0:100.7.0",
  "new type",
])("does not know the name %s", (name) => {
  expect(typeOfName(name)).toBeUndefined();
});

it("maps every short name to a type of the catalogue", () => {
  for (const [name, type] of Object.entries(TYPE_NAMES)) expect(typeOfName(name)).toBe(type);
});
