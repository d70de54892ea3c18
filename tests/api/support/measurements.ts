import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { systemClock } from "@energylive/core/clock";
import { createMeasurementWriter } from "@energylive/core/consumer/writer";
import { type DecimalText, decimalText } from "@energylive/core/decimal";
import { createLog } from "@energylive/core/log";
import { measurementItem } from "@energylive/core/measurement/item";
import type { ResourceNames } from "@energylive/core/settings/names";

/** As long as a poll and the queue take. */
const COLLECTED_AFTER_MS = 3_000;

export interface Sent {
  device_id: string;
  measurement_type: string;
  /** Epoch milliseconds. */
  timestamp: number;
  /** A text where a double has too few digits. */
  value: number | string;
  /** Default: a little after it was measured. */
  collectedAt?: number;
}

/** Writes measurements as the consumer does, straight into the table. */
export function createTableWriter(options: {
  dynamodb: DynamoDBClient;
  names: Pick<ResourceNames, "measurementsTable">;
}): (measurements: readonly Sent[]) => Promise<void> {
  const writer = createMeasurementWriter({
    dynamodb: options.dynamodb,
    table: options.names.measurementsTable,
    clock: systemClock,
    random: Math.random,
    log: createLog({ level: "silent" }),
  });
  return async (measurements) => {
    const { outcomes } = await writer.write(measurements.map(itemOf), Number.POSITIVE_INFINITY);
    const failed = outcomes.find(({ outcome }) => outcome !== "stored");
    if (failed !== undefined) throw new Error(`a measurement was not stored: ${JSON.stringify(failed)}`);
  };
}

function itemOf({ device_id, measurement_type, timestamp, value, collectedAt }: Sent) {
  return measurementItem({
    device_id,
    measurement_type,
    timestamp,
    value: decimal(value),
    collection_time: new Date(collectedAt ?? timestamp + COLLECTED_AFTER_MS).toISOString(),
    retention_days: 365,
  });
}

function decimal(value: number | string): DecimalText {
  const text = decimalText(String(value));
  if (text === undefined) throw new RangeError(`${value} is not a value of a measurement`);
  return text;
}
