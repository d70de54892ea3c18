import { MEASUREMENT_TYPE_INDEX } from "../settings/tables.ts";
import { type StoredMeasurement, storedMeasurement } from "./item.ts";
import { LAST_TIMESTAMP } from "./measurement.ts";
import { deviceQuery, type MeasurementRange, type MeasurementsTable, queryPages } from "./pages.ts";

/** Reads stored measurements page by page, so a year needs no more memory than a day. */
export interface MeasurementHistory {
  /** Of one device, in order of time; only of one type, if given. */
  ofDevice(deviceId: string, range: MeasurementRange, type?: string): AsyncGenerator<StoredMeasurement>;
  /** Of one type over all devices, in order of time, through the index. */
  ofType(type: string, range: MeasurementRange): AsyncGenerator<StoredMeasurement>;
}

/** DynamoDB errors pass through. */
export function createMeasurementHistory(table: MeasurementsTable): MeasurementHistory {
  async function* read(query: Parameters<typeof queryPages>[1], range: MeasurementRange) {
    for await (const items of queryPages(table, query, range))
      for (const item of items) yield storedMeasurement(item);
  }

  return {
    ofDevice(deviceId, range, type) {
      const query = deviceQuery(deviceId, range);
      if (type === undefined) return read(query, range);
      return read(
        {
          ...query,
          FilterExpression: "measurement_type = :type",
          ExpressionAttributeValues: { ...query.ExpressionAttributeValues, ":type": { S: type } },
        },
        range,
      );
    },

    ofType(type, range) {
      const { since = 0, until = LAST_TIMESTAMP } = range;
      return read(
        {
          IndexName: MEASUREMENT_TYPE_INDEX,
          KeyConditionExpression: "measurement_type = :type AND #timestamp BETWEEN :since AND :last",
          ExpressionAttributeNames: { "#timestamp": "timestamp" },
          ExpressionAttributeValues: {
            ":type": { S: type },
            ":since": { N: String(since) },
            ":last": { N: String(until - 1) },
          },
        },
        range,
      );
    },
  };
}
