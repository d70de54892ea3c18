/** Logs are events: a stable `event` name and fields, one JSON line per thing that happened. */
export type Log = Record<Severity, (fields: LogFields) => void>;

export interface LogFields {
  event: string;
  [field: string]: unknown;
}

export const SEVERITIES = ["debug", "info", "warn", "error"] as const;

export type Severity = (typeof SEVERITIES)[number];

/** A log writes the severity that its level names and those behind it. */
export const LOG_LEVELS = [...SEVERITIES, "silent"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Headers and variables that carry an API key, in lower case: their value must never reach a line, whoever logs it. */
const SECRET_FIELDS = new Set([
  "api_key_value",
  "apikey",
  "energylive_api_key",
  "x-api-key",
  "authorization",
]);

/**
 * A log that writes one JSON line per event to `destination` (standard output by default). Levels are words and times
 * ISO 8601, as CloudWatch Logs Insights and a person read them.
 *
 * A few lines rather than a library: pino would cost 6 ms of every start of a function, the smallest known one 2.
 *
 * @param options.level the least that is written
 */
export function createLog(options: { level: LogLevel; destination?: { write(line: string): void } }): Log {
  const { level, destination = process.stdout } = options;
  const least = LOG_LEVELS.indexOf(level);
  const at = (severity: Severity) =>
    LOG_LEVELS.indexOf(severity) < least
      ? () => {}
      : (fields: LogFields) => destination.write(`${line(severity, fields)}\n`);
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** Never throws: what cannot be written must not stop what is being done. */
function line(level: Severity, fields: LogFields): string {
  const head = { level, time: new Date().toISOString() };
  try {
    return JSON.stringify({ ...head, ...fields }, readable);
  } catch (error) {
    return JSON.stringify({ ...head, event: fields.event, not_written: String(error) });
  }
}

function readable(field: string, value: unknown): unknown {
  if (SECRET_FIELDS.has(field.toLowerCase())) return "[redacted]";
  return typeof value === "bigint" ? String(value) : value;
}

/** An error and its causes, short enough for a log line. */
export function describeError(error: unknown): { name: string; message: string; cause?: string } {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const described = { name: error.name, message: error.message };
  return error.cause === undefined ? described : { ...described, cause: describeCause(error.cause) };
}

function describeCause(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const code = "code" in cause && typeof cause.code === "string" ? ` (${cause.code})` : "";
  return `${cause.message}${code}`;
}
