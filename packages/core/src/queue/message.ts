import * as z from "zod";

import { parseJson, plainJson } from "../json.ts";
import {
  DeviceId,
  type Measurement,
  MeasurementType,
  Timestamp,
  Value,
  WholeNumber,
} from "../measurement/measurement.ts";
import { describeProblems } from "../problems.ts";

/** The version that this code writes, and the newest that it reads. Later versions only add fields. */
export const MESSAGE_VERSION = 1;

export const MIN_RETENTION_DAYS = 1;
export const MAX_RETENTION_DAYS = 36_500;

/** What travels through the queue: a measurement and everything its item needs. */
export interface MeasurementMessage extends Measurement {
  /** ISO 8601 UTC: when the fetcher received it. */
  collection_time: string;
  retention_days: number;
}

const ISO_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/;

const Versioned = z.object({ v: WholeNumber }, "is not a JSON object");

const Message = Versioned.extend({
  device_id: DeviceId,
  measurement_type: MeasurementType,
  timestamp: Timestamp,
  value: Value,
  collection_time: z
    .string("is not a string")
    .refine(
      (time) => ISO_UTC.test(time) && !Number.isNaN(Date.parse(time)),
      "is not an ISO 8601 time in UTC",
    ),
  retention_days: WholeNumber.min(MIN_RETENTION_DAYS, `is below ${MIN_RETENTION_DAYS}`).max(
    MAX_RETENTION_DAYS,
    `is above ${MAX_RETENTION_DAYS}`,
  ),
});

/** Why a message can never be stored. */
export type PoisonReason = "invalid_json" | "unknown_version" | "invalid_message";

export type ParsedMessage =
  | { message: MeasurementMessage; poison?: never }
  | { message?: never; poison: { reason: PoisonReason; detail: string } };

/** The body of a measurement's message: one line of JSON, in characters that every queue takes. */
export function serializeMessage(message: MeasurementMessage): string {
  const head = JSON.stringify({
    v: MESSAGE_VERSION,
    device_id: message.device_id,
    measurement_type: message.measurement_type,
    timestamp: message.timestamp,
  });
  const tail = JSON.stringify({
    collection_time: message.collection_time,
    retention_days: message.retention_days,
  });
  return `${plainJson(head.slice(0, -1))},"value":${message.value},${tail.slice(1)}`;
}

/** Reads a message's body. Never throws: an unreadable body is poison, with the reason. */
export function parseMessage(body: string): ParsedMessage {
  let json: unknown;
  try {
    json = parseJson(body);
  } catch (error) {
    // Nested more deeply than the stack allows: JSON, but not a message.
    if (error instanceof RangeError) return poison("invalid_message", "is nested too deeply");
    return poison("invalid_json", error instanceof Error ? error.message : String(error));
  }
  const parsed = Message.safeParse(json);
  const version = parsed.success ? parsed : Versioned.safeParse(json);
  if (!version.success) return poison("invalid_message", describeProblems(version.error).join("; "));
  const { v } = version.data;
  if (v < 1) return poison("invalid_message", `v is ${v}, below 1`);
  if (v > MESSAGE_VERSION) {
    return poison(
      "unknown_version",
      `v is ${v}; this consumer reads up to ${MESSAGE_VERSION}: deploy a newer one, then redrive`,
    );
  }
  if (!parsed.success) return poison("invalid_message", describeProblems(parsed.error).join("; "));
  const { v: _, ...message } = parsed.data;
  return { message };
}

function poison(reason: PoisonReason, detail: string): ParsedMessage {
  return { poison: { reason, detail } };
}
