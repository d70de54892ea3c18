import { pino } from "pino";

/**
 * Logs are events: a stable `event` name and fields, one JSON line per thing that happened. This is the part of pino
 * that `core` uses, so that a caller may pass any logger with it.
 */
export interface Log {
  debug(fields: LogFields): void;
  info(fields: LogFields): void;
  warn(fields: LogFields): void;
  error(fields: LogFields): void;
}

export interface LogFields {
  event: string;
  [field: string]: unknown;
}

/** What must never reach a line, whoever logs it: headers and variables that carry an API key. */
const SECRET_FIELDS = [
  "api_key_value",
  "apiKey",
  "ENERGYLIVE_API_KEY",
  "X-API-KEY",
  "x-api-key",
  "authorization",
];

/**
 * A logger that writes one JSON line per event to `destination` (standard output by default).
 * Levels are words and times ISO 8601, as CloudWatch Logs Insights and a person read them.
 */
export function createLog(options: { level: string; destination?: { write(line: string): void } }): Log {
  const settings = {
    level: options.level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: SECRET_FIELDS.flatMap((field) => [`["${field}"]`, `*["${field}"]`, `*.*["${field}"]`]),
      censor: "[redacted]",
    },
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
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
