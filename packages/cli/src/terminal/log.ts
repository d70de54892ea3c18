import pretty from "pino-pretty";

/** Where a command logs: readable on a terminal, otherwise one JSON line per event. */
export function logDestination(): { write(line: string): void } {
  const { stderr } = process;
  if (stderr.isTTY !== true) return { write: (line) => void stderr.write(line) };
  return pretty({
    destination: stderr,
    sync: true,
    messageKey: "event",
    singleLine: true,
    translateTime: "SYS:HH:MM:ss",
  });
}
