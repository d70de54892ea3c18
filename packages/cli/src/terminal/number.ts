import { UsageError } from "../errors.ts";

/**
 * The value of an option that takes a whole number.
 *
 * @throws {UsageError} that names the option and its range
 */
export function wholeNumber(option: string, text: string, minimum: number, maximum: number): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= minimum && number <= maximum) return number;
  throw new UsageError(`${option} takes a whole number from ${minimum} to ${maximum}, not "${text}"`);
}
