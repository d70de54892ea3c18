/** JSON in which numbers keep the text they were written with. */

declare global {
  // Not in TypeScript's library yet; in Node since 21.
  interface JSON {
    rawJSON(text: string): unknown;
  }
}

/** A JSON number as it stood in the source. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * `JSON.parse`, but every number becomes a `NumberText`.
 *
 * @throws {SyntaxError} for text that is not JSON
 * @throws {RangeError} for nesting deeper than the stack
 */
export function parseJson(text: string): unknown {
  return JSON.parse(text, keepNumberText);
}

function keepNumberText(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === "number" ? new NumberText(context?.source ?? String(value)) : value;
}

/** Writes `text`, the canonical text of a number, as a JSON number when stringified. */
export function jsonNumber(text: string): unknown {
  return JSON.rawJSON(text);
}

/**
 * The same JSON with every character outside of the basic plane, and the two non-characters in it, written as an
 * escape: not every queue takes them as they are.
 */
export function plainJson(json: string): string {
  return json.replace(
    /[\uD800-\uDFFF\uFFFE\uFFFF]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Cuts the text of a JSON array into the texts of its elements, so that one element that cannot be read does not take
 * its neighbours with it, and can be kept exactly as it was sent.
 *
 * @param text a syntactically valid JSON array: check it with `JSON.parse` first
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
