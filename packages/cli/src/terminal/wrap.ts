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
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const before = lines.length === 0 ? taken : indent.length;
    if (line !== "" && before + line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${indent}`);
}
