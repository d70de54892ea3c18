import * as z from "zod";

import { LOG_LEVELS, type LogLevel } from "../log.ts";

import { ConfigurationError } from "./configuration-error.ts";
import { DEFAULT_TYPE_INDEX_SHARDS, MAX_TYPE_INDEX_SHARDS } from "./tables.ts";

/**
 * The environment of the two handlers: parsed once, when the process starts, by one schema each. Nothing else in
 * `core` or `functions` reads an environment variable; the AWS SDK reads its own (`AWS_REGION`, `AWS_ENDPOINT_URL`, …).
 */

export const ENERGYLIVE_API_URL = "https://backend.energylive.e-steiermark.com/api/v1";

/*
 * Each schema is made by a function, when it is asked for: a function's bundle would otherwise make those of the other at
 * every start, a tenth of the time that its own code takes.
 */

const text = () => z.string().min(1, "is empty");
const url = () => z.string().refine((value) => URL.canParse(value), "is not a URL");

/** A whole number as text, `fallback` where it is not set. */
export const wholeNumber = (minimum: number, maximum: number, fallback: number) =>
  z
    .string()
    .default(String(fallback))
    .pipe(
      z.transform((value: string, { issues }) => {
        const number = /^\d+$/.test(value.trim()) ? Number(value) : Number.NaN;
        const problem = outside(number, minimum, maximum);
        if (problem === undefined) return number;
        issues.push({ code: "custom", message: problem, input: value });
        return z.NEVER;
      }),
    );

function outside(number: number, minimum: number, maximum: number): string | undefined {
  if (Number.isNaN(number)) return `is not a whole number from ${minimum} to ${maximum}`;
  if (number < minimum) return `is below ${minimum}`;
  return number > maximum ? `is above ${maximum}` : undefined;
}

const logging = () => ({
  LOG_LEVEL: z.enum(LOG_LEVELS, `is none of ${LOG_LEVELS.join(", ")}`).default("info"),
  /** `true` is `LOG_LEVEL=debug`, as the Python collector had it. */
  DEBUG: z.string().default("false"),
});

export const LoggingEnvironment = () => z.object(logging());

const queues = () => ({
  MEASUREMENT_QUEUE_URL: url(),
  MEASUREMENT_DLQ_URL: url(),
});

export const FetcherEnvironment = () =>
  z.object({
    ...logging(),
    ...queues(),
    STAGE: text(),
    DEVICES_TABLE: text(),
    ENERGYLIVE_API_URL: url().default(ENERGYLIVE_API_URL),
    /** The key named `default`. Without it only devices that name another key can be polled. */
    ENERGYLIVE_API_KEY: z.string().optional(),
    /** SSM prefix of the named keys. */
    API_KEY_PATH: text().regex(/^\/.*\/$/, "does not start and end with a slash"),
    /** Requests to the API in flight at one time. */
    POLL_CONCURRENCY: wholeNumber(1, 500, 25),
    /** For one request, its body included. */
    POLL_TIMEOUT_MS: wholeNumber(100, 60_000, 10_000),
  });
export type FetcherEnvironment = z.infer<ReturnType<typeof FetcherEnvironment>>;

/** Partitions of the measurements table's type index that each type is spread over; 0 for no index. */
export const typeIndexShards = () => wholeNumber(0, MAX_TYPE_INDEX_SHARDS, DEFAULT_TYPE_INDEX_SHARDS);

const typeIndex = () => ({ TYPE_INDEX_SHARDS: typeIndexShards() });

export const TypeIndexEnvironment = () => z.object(typeIndex());

export const ConsumerEnvironment = () =>
  z.object({
    ...logging(),
    ...queues(),
    STAGE: text(),
    ...typeIndex(),
    MEASUREMENTS_TABLE: text(),
  });
export type ConsumerEnvironment = z.infer<ReturnType<typeof ConsumerEnvironment>>;

/**
 * Reads `variables` (as `process.env` has them) by `schema`. An empty variable counts as a missing one: that is what
 * deployment tools leave behind for a setting that is not set.
 *
 * @throws {ConfigurationError} that names every missing or malformed variable, never its value.
 */
export function parseEnvironment<T>(
  schema: () => z.ZodType<T>,
  variables: Readonly<Record<string, string | undefined>>,
): T {
  const present = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = schema().safeParse(present);
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(
    parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      return present[name] === undefined ? `${name} is not set` : `${name} ${issue.message}`;
    }),
  );
}

/** The level to log at: `DEBUG=true` wins over `LOG_LEVEL`. */
export function logLevel(environment: { LOG_LEVEL: LogLevel; DEBUG: string }): LogLevel {
  return environment.DEBUG === "true" ? "debug" : environment.LOG_LEVEL;
}
