/**
 * Numbers as text. A JSON number may have more digits than a double holds; DynamoDB keeps 38. A value that passed through
 * `Number` could change, so it travels as the text of its digits.
 */

declare const decimal: unique symbol;

/** A decimal number in canonical form: valid JSON, valid for DynamoDB, equal numbers have equal text. */
export type DecimalText = string & { readonly [decimal]: true };

/**
 * DynamoDB's range of numbers.
 * Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-data-types-number
 */
const MAX_SIGNIFICANT_DIGITS = 38;
const MAX_EXPONENT = 125;
const MIN_EXPONENT = -130;

/** The most zeros written after the point before the scientific form is used. */
const MAX_LEADING_ZEROS = 20;

const JSON_NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * The canonical form of a JSON number's source text, or `undefined` if DynamoDB cannot hold all of its digits.
 *
 * @example decimalText("138.0") // "138"
 * @example decimalText("-3.250e1") // "-32.5"
 * @example decimalText("1e126") // undefined: out of DynamoDB's range
 */
export function decimalText(source: string): DecimalText | undefined {
  const match = JSON_NUMBER.exec(source);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const written = whole + fraction;
  const first = firstNonZero(written);
  if (first === written.length) return canonical("0");
  const last = lastNonZero(written);
  const digits = written.slice(first, last + 1);
  /** Position of the point, counted from the first significant digit. */
  const point = whole.length - first + Number(exponent);
  if (digits.length > MAX_SIGNIFICANT_DIGITS) return undefined;
  if (point - 1 > MAX_EXPONENT || point - 1 < MIN_EXPONENT) return undefined;
  return canonical(sign + withPoint(digits, point));
}

function withPoint(digits: string, point: number): string {
  if (point > MAX_SIGNIFICANT_DIGITS || point < -MAX_LEADING_ZEROS) return scientific(digits, point - 1);
  if (point <= 0) return `0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return digits + "0".repeat(point - digits.length);
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

function scientific(digits: string, exponent: number): string {
  const mantissa = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
  return `${mantissa}E${exponent < 0 ? "" : "+"}${exponent}`;
}

// Loops, because patterns like /0+$/ take quadratic time on a long run of zeros.
function firstNonZero(digits: string): number {
  let index = 0;
  while (index < digits.length && digits[index] === "0") index += 1;
  return index;
}

function lastNonZero(digits: string): number {
  let index = digits.length - 1;
  while (index > 0 && digits[index] === "0") index -= 1;
  return index;
}

/** The only place where text becomes a `DecimalText`. */
function canonical(text: string): DecimalText {
  return text as DecimalText;
}
