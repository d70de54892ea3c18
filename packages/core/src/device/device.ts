import { createHash } from "node:crypto";

import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import * as z from "zod";
import { AlertRules } from "../alert/rule.ts";
import { isTimeZone } from "../energy/calendar.ts";
import { DeviceId, MeasurementType } from "../measurement/measurement.ts";
import { ChannelName } from "../notify/channel-name.ts";
import { MAX_RETENTION_DAYS, MIN_RETENTION_DAYS } from "../queue/message.ts";
import { type DeviceProblem, problemsOf } from "./problem.ts";
import { DeviceState } from "./state.ts";

export const DEFAULT_KEY_NAME = "default";
export const DEFAULT_TIME_ZONE = "Europe/Vienna";

/** As of a tariff's own name. */
const MAX_TARIFF_LENGTH = 100;

const MAX_INTERVAL_SECONDS = 7 * 86_400;

/** A key's name becomes the last part of an SSM parameter name. */
export const KeyName = z.string().regex(/^[a-zA-Z0-9_.-]{1,64}$/);

/** The range comes first, so a number too large for a double is one problem, not two. */
const integer = (minimum: number, maximum: number) =>
  z.number().min(minimum, { abort: true }).max(maximum, { abort: true }).int();

/**
 * A device as a person configures it. Strict: a misspelled field that is silently ignored would poll with the wrong key or
 * keep the wrong types. A device that is reported is better than one that quietly does something else.
 */
export const DeviceConfig = z.strictObject({
  device_id: DeviceId,
  name: z.string().optional(),
  enabled: z.boolean().default(true),
  api_key: KeyName.default(DEFAULT_KEY_NAME),
  /** If absent, the device is polled at every run of the schedule. */
  interval_seconds: integer(1, MAX_INTERVAL_SECONDS).optional(),
  /** Keeps only these types; all if absent. */
  measurement_types: z.array(MeasurementType).optional(),
  /** If absent, the stage's. */
  retention_days: integer(MIN_RETENTION_DAYS, MAX_RETENTION_DAYS).optional(),
  /** Whose days its load profiles have; an IANA name. */
  time_zone: z.string().refine(isTimeZone, "is not a time zone").default(DEFAULT_TIME_ZONE),
  /** What its energy costs: the name of a tariff. */
  tariff: z.string().min(1).max(MAX_TARIFF_LENGTH).optional(),
  /** What it is watched for, beside the stage's rules. */
  alerts: AlertRules.optional(),
  /** Where its alerts are told: the names of channels; all if absent. */
  channels: z.array(ChannelName).optional(),
  /** Until then nobody is told of its alerts. ISO 8601 with an offset or `Z`. */
  muted_until: z.iso.datetime({ offset: true }).optional(),
  labels: z.record(z.string(), z.string()).optional(),
});
export type DeviceConfig = z.infer<typeof DeviceConfig>;

export interface Device extends DeviceConfig {
  state: DeviceState;
  /** Changes if and only if a person edits the item. */
  config_fingerprint: string;
}

/** An item that does not parse. It is reported with every problem and not polled until a person fixes it. */
export interface InvalidDevice {
  device_id: string;
  problems: DeviceProblem[];
}

export type ParsedDevice =
  | { device: Device; invalid?: never }
  | { device?: never; invalid: InvalidDevice; state: DeviceState; interval_seconds: number | undefined };

/** Reads an item of the devices table. Never throws. */
export function parseDevice(item: Record<string, AttributeValue>): ParsedDevice {
  const config = readConfig(item);
  const state = DeviceState.read(item.state);
  const parsed = DeviceConfig.safeParse(config);
  if (!parsed.success) {
    const problems = problemsOf(parsed.error, Object.keys(DeviceConfig.shape));
    const interval_seconds = DeviceConfig.shape.interval_seconds.safeParse(config.interval_seconds).data;
    return { invalid: { device_id: item.device_id?.S ?? "(none)", problems }, state, interval_seconds };
  }
  return { device: { ...parsed.data, state, config_fingerprint: fingerprint(config) } };
}

/**
 * The fields of an item as a person wrote them, valid or not, without the fetcher's `state`. Numbers become doubles; a
 * number that a double cannot hold is not valid in any field.
 */
export function readConfig({ state, ...fields }: Record<string, AttributeValue>): Record<string, unknown> {
  return unmarshall(fields, { wrapNumbers: Number });
}

/** The problems of a configuration before it is written; empty if there are none. */
export function configProblems(config: unknown): DeviceProblem[] {
  const parsed = DeviceConfig.safeParse(config);
  return parsed.success ? [] : problemsOf(parsed.error, Object.keys(DeviceConfig.shape));
}

function fingerprint(config: Record<string, unknown>): string {
  return createHash("sha256")
    .update(JSON.stringify(sortedEntries(config)))
    .digest("hex")
    .slice(0, 16);
}

/** DynamoDB returns map entries in any order, those of `labels` too. */
function sortedEntries(map: object): [string, unknown][] {
  return Object.entries(map)
    .map(([name, value]): [string, unknown] => [name, isMap(value) ? sortedEntries(value) : value])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
