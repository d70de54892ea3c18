/** JSON in which numbers keep all of their digits. */

import { decimalText } from "./decimal.ts";

declare global {
  // Not in TypeScript's library yet; in Node since 21.
  interface JSON {
    rawJSON(text: string): unknown;
  }
}

/** A JSON number that a double cannot hold exactly, as written in the source. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * A double holds every number of up to 15 digits exactly; longer ones and those with an exponent need a look. A number begins
 * the text or follows one of three signs. (A match inside a string only costs time.)
 */
const MAY_BE_INEXACT = /(?:^|[:,[])\s*-?[\d.]{16}|\d[eE]/;

/**
 * `JSON.parse`, except that a number a double cannot hold exactly becomes a `NumberText`.
 *
 * @throws {SyntaxError} for text that is not JSON
 * @throws {RangeError} for nesting deeper than the stack
 */
export function parseJson(text: string): unknown {
  // Looking at every number takes three times as long.
  return MAY_BE_INEXACT.test(text) ? JSON.parse(text, keepInexact) : JSON.parse(text);
}

function keepInexact(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || context?.source === undefined) return value;
  const exact = decimalText(context.source);
  return exact !== undefined && exact === decimalText(String(value)) ? value : new NumberText(context.source);
}

/** Makes `JSON.stringify` write `text`, a number in canonical form, as a number. */
export function jsonNumber(text: string): unknown {
  return JSON.rawJSON(text);
}

/**
 * The same JSON with all characters outside the basic plane, and the two non-characters inside it, as escapes: not every
 * queue takes them as they are.
 */
export function plainJson(json: string): string {
  return json.replace(
    /[\uD800-\uDFFF\uFFFE\uFFFF]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Splits the text of a JSON array into the texts of its elements, so an unreadable element does not affect the others and
 * is kept exactly as it was sent.
 *
 * @param text a valid JSON array: check it with `JSON.parse` first
 */
export function splitArrayElements(text: string): string[] {
  const elements: string[] = [];
  let depth = 0;
  let start = text.indexOf("[") + 1;
  for (let index = start - 1; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"') index = endOfString(text, index);
    else if (character === "[" || character === "{") depth += 1;
    else if (character === "]" || character === "}") depth -= 1;
    if ((depth === 1 && character === ",") || (depth === 0 && character === "]")) {
      const element = text.slice(start, index).trim();
      if (element !== "") elements.push(element);
      start = index + 1;
      if (depth === 0) break;
    }
  }
  return elements;
}

/** The index of the quote that closes the string opened at `open`. */
function endOfString(text: string, open: number): number {
  let index = open + 1;
  while (index < text.length && text[index] !== '"') index += text[index] === "\\" ? 2 : 1;
  return index;
}
