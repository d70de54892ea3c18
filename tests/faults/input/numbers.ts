import fc from "fast-check";

import { instantOf, isStorable } from "./exact.ts";

/** Numbers as JSON writes them, at every edge that a double and DynamoDB have. */

const EDGES = [
  "0",
  "-0",
  "0.0",
  "-0.0e-999999999999999999999",
  "0e99999999999999999999",
  "138.0",
  "9577201.0",
  "9007199254740991",
  "9007199254740993",
  "-9007199254740993",
  "0.1",
  "0.30000000000000004",
  "1.7976931348623157e308",
  "1.7976931348623159e308",
  "5e-324",
  "1e-400",
  "1e400",
  "99999999999999999999999999999999999999",
  "-99999999999999999999999999999999999999",
  "100000000000000000000000000000000000000",
  "999999999999999999999999999999999999999",
  "1.0000000000000000000000000000000000001",
  "1.00000000000000000000000000000000000001",
  "9.9999999999999999999999999999999999999E+125",
  "9.99999999999999999999999999999999999999E+125",
  "1E126",
  "1e-130",
  "-1E-130",
  "1e-131",
  "0.1e-130",
  "10e-131",
  "1e999999999999999999999",
  "1e-999999999999999999999",
  `1${"0".repeat(125)}`,
  `1${"0".repeat(126)}`,
  `0.${"0".repeat(129)}1`,
  `0.${"0".repeat(130)}1`,
  `1.${"0".repeat(2_000)}`,
  `1.${"0".repeat(2_000)}1`,
] as const;

const digits = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength, maxLength });

const whole = fc.oneof(
  fc.constant("0"),
  fc.tuple(fc.constantFrom(..."123456789"), digits(0, 42)).map((parts) => parts.join("")),
);

const exponent = fc.oneof(
  fc.integer({ min: -140, max: 140 }),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(-130, -131, 125, 126, 308, -324),
);

const built = fc
  .record({
    sign: fc.constantFrom("", "-"),
    whole,
    fraction: fc.oneof(
      fc.constant(""),
      digits(1, 42).map((text) => `.${text}`),
    ),
    exponent: fc.oneof(
      fc.constant(""),
      fc
        .tuple(fc.constantFrom("e", "E", "e0", "E+0"), exponent)
        .map(([mark, power]) => (power < 0 ? `${mark[0]}${power}` : `${mark}${power}`)),
    ),
  })
  .map((parts) => parts.sign + parts.whole + parts.fraction + parts.exponent);

const doubles = fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => JSON.stringify(number));

/** Any number of JSON. */
export const numberText = fc.oneof(fc.constantFrom(...EDGES), built, doubles);

/** One that DynamoDB holds to the last digit. */
export const storableText = numberText.filter(isStorable);

/** One that it does not. */
export const unstorableText = numberText.filter((text) => !isStorable(text));

/** A time in milliseconds, written in each way in which JSON writes one number. */
export const instantText = fc
  .oneof(
    // The past, up to the day this was written, and any time at all: a far future is quarantined.
    { weight: 4, arbitrary: fc.integer({ min: 1_000_000_000_000, max: 1_795_000_000_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1_000_000_000_000, max: 9_999_999_999_999 }) },
  )
  .chain((ms) =>
    fc.constantFrom(`${ms}`, `${ms}`, `${ms}.0`, `${ms}.000`, `${ms}e0`, `${ms}0E-1`, `${ms / 10}e+1`),
  )
  .filter((text) => instantOf(text) !== undefined);

/** A number that is not a time in milliseconds, though some are close. */
export const noInstantText = fc
  .oneof(
    numberText,
    fc.constantFrom(
      "1726559995",
      "1726559995000.5",
      "1726559995000.00000000000000000000001",
      "1726559994999.99999999999999999999999",
      "999999999999",
      "999999999999.9999999999",
      "10000000000000",
      "9999999999999.0000000001",
      "-1726559995000",
      "1726559995000e1",
      "1726559995000e-1",
      "17265599950000000000000000000000000001",
    ),
  )
  .filter((text) => instantOf(text) === undefined);
