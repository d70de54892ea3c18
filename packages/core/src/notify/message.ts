import * as z from "zod";

import { ALERT_EVENTS, type AlertEvent, type AlertKey } from "../alert/store.ts";
import { DeviceId, WholeNumber } from "../measurement/measurement.ts";
import { type ParsedBody, parseBody } from "../queue/versioned.ts";

/** The version that this code writes, and the newest that it reads. */
const VERSION = 1;

/** An alert that people are to be told of: the table says what is known of it. */
export interface EventMessage extends AlertKey {
  event: AlertEvent;
}

const Message = z.object(
  {
    v: WholeNumber,
    device_id: DeviceId,
    alert_key: z.string("is not a string").min(1, "is empty"),
    event: z.enum(ALERT_EVENTS, `is none of ${ALERT_EVENTS.join(", ")}`),
  },
  "is not a JSON object",
);

export function serializeEvent({ device_id, alert_key, event }: EventMessage): string {
  return JSON.stringify({ v: VERSION, device_id, alert_key, event });
}

/** Whether a message of the profile queue is about an event, however it is written. */
export function isEvent(body: string): boolean {
  return /"event"\s*:/.test(body);
}

export function parseEvent(body: string): ParsedBody<EventMessage> {
  return parseBody(body, Message, { version: VERSION, reader: "profiler" });
}
