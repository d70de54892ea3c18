import { stripVTControlCharacters } from "node:util";

/** The width at which text is cut and wrapped; unlimited without a terminal. */
export function terminalColumns(): number {
  const { isTTY, columns } = process.stdout;
  return isTTY === true && columns > 0 ? columns : Number.POSITIVE_INFINITY;
}

/**
 * Breaks lines between words at the terminal's width.
 *
 * @param options.indent before every line except the first
 * @param options.taken columns already used in the first line
 */
export function wrapped(
  text: string,
  options: { columns?: number; indent?: string; taken?: number } = {},
): string {
  const { columns = terminalColumns(), indent = "", taken = indent.length } = options;
  if (taken + printedLength(text) <= columns) return text;
  const lines: string[] = [];
  const [leading = ""] = /^ */.exec(text) ?? [];
  let line = leading;
  for (const word of text.slice(leading.length).split(" ")) {
    const before = lines.length === 0 ? taken : indent.length;
    if (line.trim() !== "" && before + printedLength(line) + 1 + printedLength(word) > columns) {
      lines.push(line);
      line = word;
    } else line = line.trim() === "" ? line + word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${indent}`);
}

/** Colours take no space. */
function printedLength(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** Wraps every line of a text on its own. */
export function wrappedLines(text: string): string {
  return text
    .split("\n")
    .map((line) => wrapped(line))
    .join("\n");
}
