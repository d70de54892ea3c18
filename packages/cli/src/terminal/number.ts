import { wholeNumber } from "@energylive/core/whole-number";

import { UsageError } from "../errors.ts";

/**
 * The value of an option that takes a whole number.
 *
 * @throws {UsageError} that names the option and its range
 */
export function numberOf(option: string, text: string, minimum: number, maximum: number): number {
  const parsed = wholeNumber(minimum, maximum).safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError(`${option} takes a whole number from ${minimum} to ${maximum}, not "${text}"`);
}

/** `1 device`, `5 devices`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
