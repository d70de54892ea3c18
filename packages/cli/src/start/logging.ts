import { createWriteStream } from "node:fs";

import { createLog, describeError, type Log, type LogLevel } from "@energylive/core/log";

import { logDestination } from "../terminal/log.ts";

/** Warnings and errors kept for the screen. */
const KEPT_WARNINGS = 3;

/** Characters of a warning's fields that are shown. */
const WARNING_LENGTH = 200;

/** Events that the screen shows in another way, from the devices table. */
const SHOWN_ELSEWHERE = new Set(["poll_failed", "device_invalid"]);

export interface Logging {
  log: Log;
  /** The newest warnings and errors, as text. */
  warnings: readonly string[];
}

/** A log to a file, or to standard error, that also keeps the newest warnings for the screen. */
export function createLogging(options: { level: LogLevel; file: string | undefined }): Logging {
  const warnings: string[] = [];
  function keep(event: string, fields: object): void {
    if (SHOWN_ELSEWHERE.has(event)) return;
    const text = JSON.stringify(fields).slice(0, WARNING_LENGTH);
    warnings.push(`${new Date().toLocaleTimeString("sv-SE")} ${event} ${text}`);
    if (warnings.length > KEPT_WARNINGS) warnings.shift();
  }
  const destination = options.file === undefined ? logDestination() : logFile(options.file, keep);
  const write = (line: string) => {
    destination.write(line);
    const { level, time: _, event, ...fields } = JSON.parse(line);
    if (level === "warn" || level === "error") keep(event, fields);
  };
  return { warnings, log: createLog({ level: options.level, destination: { write } }) };
}

/** A full disk costs the log, not the collector. */
function logFile(path: string, keep: (event: string, fields: object) => void) {
  const file = createWriteStream(path, { flags: "a" });
  file.on("error", (error) => keep("log_not_written", describeError(error)));
  return file;
}
