import pino from "pino";

export const SEVERITIES = ["debug", "info", "warn", "error"] as const;

export type Severity = (typeof SEVERITIES)[number];

/** A log writes its own severity and the more severe ones. */
export const LOG_LEVELS = [...SEVERITIES, "silent"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** A log line is an event: a stable `event` name and fields, one JSON line for each thing that happened. */
export interface LogFields {
  event: string;
  /** What was thrown, with its cause. */
  error?: unknown;
  [field: string]: unknown;
}

/** The part of a pino logger that this project uses. */
export type Log = Record<Severity, (fields: LogFields) => void>;

/** Headers, variables and fields that contain a key, in lower case. */
const SECRET_FIELDS = new Set([
  "api_key_value",
  "apikey",
  "authorization",
  "energylive_api_key",
  "password",
  "secret",
  "token",
  "x-api-key",
]);

const REDACTED = "[redacted]";

/**
 * A log that writes one JSON line per event to `destination`. Levels are words and times are ISO 8601, for CloudWatch Logs
 * Insights and for people. Keys and secrets are redacted at any depth and in upper or lower case.
 *
 * @param options.level the least severe level that is written
 * @param options.destination default: standard output, synchronously, because Lambda freezes a process between invocations
 */
export function createLog(options: { level: LogLevel; destination?: { write(line: string): void } }): Log {
  const { level, destination = pino.destination({ dest: process.stdout.fd, sync: true }) } = options;
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redacted },
      serializers: { error: describeError },
    },
    destination,
  );
}

/**
 * pino's own `redact` needs exact names at a known depth. Headers and answers can be at any depth and in upper or lower
 * case, so this looks for the names.
 */
function redacted(fields: Record<string, unknown>): Record<string, unknown> {
  return redactedEntries(fields, []);
}

function redactedEntries(value: object, above: readonly object[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      SECRET_FIELDS.has(name.toLowerCase()) ? REDACTED : redactedValue(field, [...above, value]),
    ]),
  );
}

function redactedValue(value: unknown, above: readonly object[]): unknown {
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null || value instanceof Error || value instanceof Date)
    return value;
  if (above.includes(value)) return "[circular]";
  if (Array.isArray(value)) return value.map((element) => redactedValue(element, [...above, value]));
  return redactedEntries(value, above);
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
