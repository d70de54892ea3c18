import type { AttributeValue } from "@aws-sdk/client-dynamodb";

import { decimalText } from "../decimal.ts";
import { jsonNumber } from "../json.ts";
import type { MeasurementMessage } from "../queue/message.ts";
import { type Measurement, measurementKey } from "./measurement.ts";
import { unitOf } from "./obis.ts";

const SECONDS_PER_DAY = 86_400;

/** A measurement as stored in the table, in DynamoDB's own types. */
export type MeasurementItem = Record<string, AttributeValue>;

/** A stored measurement as a reader sees it. */
export interface StoredMeasurement extends Measurement {
  measurement_key: string;
  iso_timestamp: string;
  unit?: string;
  collection_time: string;
  /** Epoch seconds. */
  ttl: number;
}

/** The item of a message. The same message always makes the same item, so writing it again changes nothing. */
export function measurementItem(message: MeasurementMessage): MeasurementItem {
  const item: MeasurementItem = {
    device_id: { S: message.device_id },
    measurement_key: { S: measurementKey(message) },
    timestamp: { N: String(message.timestamp) },
    iso_timestamp: { S: new Date(message.timestamp).toISOString() },
    measurement_type: { S: message.measurement_type },
    value: { N: message.value },
    collection_time: { S: message.collection_time },
    ttl: { N: String(Math.floor(message.timestamp / 1000) + message.retention_days * SECONDS_PER_DAY) },
  };
  const unit = unitOf(message.measurement_type);
  if (unit !== undefined) item.unit = { S: unit };
  return item;
}

/**
 * Reads an item of the measurements table.
 *
 * @throws {TypeError} for an item that this project did not write
 */
export function storedMeasurement(item: MeasurementItem): StoredMeasurement {
  const value = decimalText(number(item, "value"));
  if (value === undefined) throw new TypeError(`value of ${string(item, "measurement_key")} is not a number`);
  return {
    device_id: string(item, "device_id"),
    measurement_key: string(item, "measurement_key"),
    timestamp: Number(number(item, "timestamp")),
    iso_timestamp: string(item, "iso_timestamp"),
    measurement_type: string(item, "measurement_type"),
    value,
    ...(item.unit?.S === undefined ? {} : { unit: item.unit.S }),
    collection_time: string(item, "collection_time"),
    ttl: Number(number(item, "ttl")),
  };
}

/** The same for `JSON.stringify`, which writes the value as a number with all of its digits. */
export function measurementJson(measurement: StoredMeasurement): Record<string, unknown> {
  return { ...measurement, value: jsonNumber(measurement.value) };
}

function string(item: MeasurementItem, attribute: string): string {
  const text = item[attribute]?.S;
  if (text === undefined) throw new TypeError(`a measurement item has no text in "${attribute}"`);
  return text;
}

function number(item: MeasurementItem, attribute: string): string {
  const text = item[attribute]?.N;
  if (text === undefined) throw new TypeError(`a measurement item has no number in "${attribute}"`);
  return text;
}
