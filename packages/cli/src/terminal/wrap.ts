import { stripVTControlCharacters } from "node:util";

/** Width to which text is cut and wrapped; where there is no terminal, none is. */
export function terminalColumns(): number {
  const { isTTY, columns } = process.stdout;
  return isTTY === true && columns > 0 ? columns : Number.POSITIVE_INFINITY;
}

/**
 * Breaks lines between words, where the terminal ends.
 *
 * @param options.indent before every line but the first
 * @param options.taken columns that stand before the first line already
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

/** Colours take no room. */
function printedLength(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** Every line of a text for itself. */
export function wrappedLines(text: string): string {
  return text
    .split("\n")
    .map((line) => wrapped(line))
    .join("\n");
}
