import { createWriteStream } from "node:fs";

import { createLog, describeError, type Log, type LogFields, type LogLevel } from "@energylive/core/log";

/** Warnings and errors kept for the screen. */
const KEPT_WARNINGS = 3;

/** Characters of a warning's fields that are shown. */
const WARNING_LENGTH = 200;

/** Events that the screen shows in another way, from the devices table. */
const SHOWN_ELSEWHERE = new Set(["poll_failed", "device_invalid"]);

export interface Logging {
  log: Log;
  /** The newest warnings and errors, in words. */
  warnings: readonly string[];
}

/** A log to a file, or to standard error, that also keeps the newest warnings for the screen. */
export function createLogging(options: { level: LogLevel; file: string | undefined }): Logging {
  const destination =
    options.file === undefined ? process.stderr : createWriteStream(options.file, { flags: "a" });
  // A full disk costs the log, not the collector.
  if (destination !== process.stderr)
    destination.on("error", (error) => keep({ event: "log_not_written", error: describeError(error) }));
  const log = createLog({
    level: options.level,
    destination: { write: (line) => void destination.write(line) },
  });
  const warnings: string[] = [];
  const keep = ({ event, ...fields }: LogFields) => {
    if (SHOWN_ELSEWHERE.has(event)) return;
    const text = JSON.stringify(fields).slice(0, WARNING_LENGTH);
    warnings.push(`${new Date().toLocaleTimeString("sv-SE")} ${event} ${text}`);
    if (warnings.length > KEPT_WARNINGS) warnings.shift();
  };
  return {
    warnings,
    log: {
      debug: (fields) => log.debug(fields),
      info: (fields) => log.info(fields),
      warn(fields) {
        keep(fields);
        log.warn(fields);
      },
      error(fields) {
        keep(fields);
        log.error(fields);
      },
    },
  };
}
