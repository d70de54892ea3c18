import * as z from "zod";

/**
 * The text of a whole number from `minimum` to `maximum`, as a number: for variables, queries and options.
 *
 * @example wholeNumber(1, 100).parse("25") // 25
 */
export function wholeNumber(minimum: number, maximum: number) {
  return z
    .string("is missing")
    .transform((text) => (/^\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN))
    .pipe(
      z
        .number(`is not a whole number from ${minimum} to ${maximum}`)
        .min(minimum, `is below ${minimum}`)
        .max(maximum, `is above ${maximum}`),
    );
}
