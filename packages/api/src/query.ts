import { isTimeZone } from "@energylive/core/energy/calendar";
import { DeviceId, LAST_TIMESTAMP, MeasurementType } from "@energylive/core/measurement/measurement";
import { describeProblems } from "@energylive/core/problems";
import { wholeNumber } from "@energylive/core/whole-number";
import type { Context } from "hono";
import * as z from "zod";

import { badRequest } from "./problem.ts";

/** Epoch milliseconds. */
export const instant = wholeNumber(0, LAST_TIMESTAMP);

export const deviceId = DeviceId;
export const measurementType = MeasurementType;

/** An IANA time zone. */
export const zone = z
  .string("is missing")
  .refine(isTimeZone, "is not a time zone: one looks like Europe/Vienna");

/**
 * Parses the query of a request.
 *
 * @throws {RequestProblem} that names what is missing or malformed
 */
export function parseQuery<T>(context: Context, schema: z.ZodType<T>): T {
  return parse(schema, context.req.query());
}

/** @throws {RequestProblem} */
export function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw badRequest(describeProblems(parsed.error).join("; "));
}
