/**
 * Numbers compared to the last digit, whatever form they are written in. Integers of any length do it, and nothing of
 * the code under test: a mistake shared by both would not show.
 */
interface Exact {
  /** The number is `digits` times ten to the power of `exponent`; without trailing zeros, so that equal is equal. */
  digits: bigint;
  exponent: bigint;
}

const NUMBER = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** @throws {TypeError} for a text that is not a number */
function exact(text: string): Exact {
  const match = NUMBER.exec(text);
  if (match === null) throw new TypeError(`${JSON.stringify(text)} is not a number`);
  const [, sign = "", whole = "", fraction = "", power = "0"] = match;
  const written = whole + fraction;
  let end = written.length;
  while (end > 0 && written[end - 1] === "0") end -= 1;
  if (end === 0) return { digits: 0n, exponent: 0n };
  return {
    digits: BigInt(`${sign === "-" ? "-" : ""}${BigInt(written.slice(0, end))}`),
    exponent: BigInt(power) - BigInt(fraction.length) + BigInt(written.length - end),
  };
}

export function isEqual(a: string, b: string): boolean {
  const [left, right] = [exact(a), exact(b)];
  return left.digits === right.digits && left.exponent === right.exponent;
}

const MAX_DIGITS = 38;
const MAX_MAGNITUDE = 125n;
const MIN_MAGNITUDE = -130n;

/**
 * Whether DynamoDB holds the number to the last digit.
 * Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-data-types-number
 */
export function isStorable(text: string): boolean {
  const { digits, exponent } = exact(text);
  if (digits === 0n) return true;
  const length = String(digits < 0n ? -digits : digits).length;
  const magnitude = exponent + BigInt(length) - 1n;
  return length <= MAX_DIGITS && magnitude <= MAX_MAGNITUDE && magnitude >= MIN_MAGNITUDE;
}

const FIRST_INSTANT = 1_000_000_000_000n;
const LAST_INSTANT = 9_999_999_999_999n;
/** Beyond it no instant lies; expanding it would only cost memory. */
const MAX_EXPONENT = 20n;

/** The instant in epoch milliseconds that the number is, if it is one: whole, and of thirteen digits. */
export function instantOf(text: string): number | undefined {
  const { digits, exponent } = exact(text);
  if (exponent < 0n || exponent > MAX_EXPONENT) return undefined;
  const whole = digits * 10n ** exponent;
  return whole >= FIRST_INSTANT && whole <= LAST_INSTANT ? Number(whole) : undefined;
}
