import { instantOf } from "@energylive/core/energy/calendar";
import { NumberText } from "@energylive/core/json";
import {
  DeviceId,
  type Measurement,
  MeasurementType,
  Timestamp,
  Value,
} from "@energylive/core/measurement/measurement";
import { describeProblems } from "@energylive/core/problems";
import * as z from "zod";

import type { Fields } from "./fields.ts";

/** A measurement of an item that another collector stored. */
export interface OldMeasurement extends Measurement {
  /** Epoch milliseconds: when that collector received it. */
  collected: number;
}

export type ReadItem =
  | { measurement: OldMeasurement; problem?: never }
  | { measurement?: never; problem: string };

const WHOLE = /^\d{1,15}$/;

const numberText = z
  .string("is missing")
  .transform((text): number | NumberText => new NumberText(text.trim()));

/** Every attribute as text. Those that follow from others are not read: `iso_timestamp`, `ttl`. */
const Item = z.object({
  device_id: DeviceId,
  timestamp: z
    .string("is missing")
    .transform((text) => (WHOLE.test(text.trim()) ? Number(text) : text))
    .pipe(Timestamp),
  measurement_type: MeasurementType,
  value: numberText.pipe(Value),
  collection_time: z.string("is missing"),
});

/**
 * The measurement of an item of the Python collector, or of this one.
 *
 * @param zone of its local times
 */
export function readItem(fields: Fields, zone: string): ReadItem {
  const parsed = Item.safeParse(fields);
  if (!parsed.success) return { problem: describeProblems(parsed.error).join("; ") };
  const { collection_time, ...measurement } = parsed.data;
  const collected = instantOf(zone, collection_time);
  if (collected === undefined) return { problem: `collection_time "${collection_time}" is not a time` };
  return { measurement: { ...measurement, collected } };
}
