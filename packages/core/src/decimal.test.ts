import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { decimalText } from "./decimal.ts";

/** Digits without a zero at either end, so their number is known. */
const significant = fc.stringMatching(/^[1-9]([0-9]{0,36}[1-9])?$/);

// Under Stryker every line counts its visits, which takes ten times as long.
const isInstrumented = "STRYKER_MUTATOR_WORKER" in process.env;

describe("decimalText", () => {
  it.each([
    ["138.0", "138"],
    ["9577201.0", "9577201"],
    ["-3.250", "-3.25"],
    ["0.0", "0"],
    ["-0", "0"],
    ["1e3", "1000"],
    ["12.5E-1", "1.25"],
    ["0.000001", "0.000001"],
    ["9007199254740993", "9007199254740993"],
    ["0.1000000000000000055511151231257827021", "0.1000000000000000055511151231257827021"],
    ["1E125", "1E+125"],
    ["1e-130", "1E-130"],
    // The first and the last of each form.
    ["12345678901234567890123456789012345678", "12345678901234567890123456789012345678"],
    ["1e37", `1${"0".repeat(37)}`],
    ["1e38", "1E+38"],
    ["1.5e-21", `0.${"0".repeat(20)}15`],
    ["1.5e-22", "1.5E-22"],
    ["100e-1", "10"],
    ["10.01", "10.01"],
  ])("writes %s as %s", (source, text) => {
    expect(decimalText(source)).toBe(text);
  });

  it.each([
    "1E126",
    "1E-131",
    "123456789012345678901234567890123456789",
    "1e999999999999999999999",
    "NaN",
    "",
    "0x10",
  ])("refuses %s, which DynamoDB cannot hold", (source) => {
    expect(decimalText(source)).toBeUndefined();
  });

  it("gives equal numbers equal text, however they are written", () => {
    fc.assert(
      fc.property(
        significant,
        fc.integer({ min: -60, max: 60 }),
        fc.nat(20),
        fc.boolean(),
        (digits, exponent, zeros, negative) => {
          const sign = negative ? "-" : "";
          const scientific = `${sign}${digits}e${exponent}`;
          const padded = `${sign}${"0".repeat(zeros)}${digits}${"0".repeat(zeros)}E${exponent - zeros}`;
          const fraction = `${sign}${digits}.${"0".repeat(zeros + 1)}e${exponent}`;
          expect(decimalText(padded)).toBe(decimalText(scientific));
          expect(decimalText(fraction)).toBe(decimalText(scientific));
        },
      ),
    );
  });

  it("alters no digit: reading its own text gives the same text and the same number", () => {
    fc.assert(
      fc.property(significant, fc.integer({ min: -90, max: 80 }), (digits, exponent) => {
        const text = decimalText(`${digits}e${exponent}`);
        expect(text).toBeDefined();
        expect(decimalText(text ?? "")).toBe(text);
        expect(Number(text)).toBe(Number(`${digits}e${exponent}`));
        expect(
          `${text}`
            .replace(/E.*$/, "")
            .replace(".", "")
            .replace(/^0+|0+$/g, ""),
        ).toBe(digits);
      }),
    );
  });

  it.skipIf(isInstrumented)("reads a million zeros quickly", () => {
    const startedAt = performance.now();
    expect(decimalText(`0.${"0".repeat(1_000_000)}1`)).toBeUndefined();
    expect(decimalText(`1${"0".repeat(1_000_000)}1`)).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
