import { BatchGetItemCommand, type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";

import type { Device } from "../device/device.ts";
import { type StoredMeasurement, storedMeasurement } from "./item.ts";
import { measurementKey } from "./measurement.ts";

/** BatchGetItem's limit. */
const BATCH_KEYS = 100;

/** Reads of the measurements table, for people and pages. Errors of DynamoDB pass through. */
export interface MeasurementStore {
  /** All measurements of a device, oldest first, page by page. */
  ofDevice(deviceId: string): AsyncGenerator<StoredMeasurement>;
  /** The latest stored measurement of each type, by the watermarks of the device's state; sorted by type. */
  latest(device: Device): Promise<StoredMeasurement[]>;
}

export function createMeasurementStore(options: {
  dynamodb: DynamoDBClient;
  table: string;
}): MeasurementStore {
  const { dynamodb, table } = options;
  return {
    async *ofDevice(deviceId) {
      let from: QueryCommand["input"]["ExclusiveStartKey"];
      do {
        const page = await dynamodb.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: "device_id = :device_id",
            ExpressionAttributeValues: { ":device_id": { S: deviceId } },
            ExclusiveStartKey: from,
          }),
        );
        for (const item of page.Items ?? []) yield storedMeasurement(item);
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
    },

    async latest(device) {
      const keys = Object.entries(device.state.watermarks).map(([measurement_type, timestamp]) => ({
        device_id: { S: device.device_id },
        measurement_key: { S: measurementKey({ measurement_type, timestamp }) },
      }));
      const found: StoredMeasurement[] = [];
      while (keys.length > 0) {
        const Keys = keys.splice(0, BATCH_KEYS);
        const { Responses, UnprocessedKeys } = await dynamodb.send(
          new BatchGetItemCommand({ RequestItems: { [table]: { Keys } } }),
        );
        found.push(...(Responses?.[table] ?? []).map(storedMeasurement));
        for (const { device_id, measurement_key } of UnprocessedKeys?.[table]?.Keys ?? []) {
          if (device_id?.S !== undefined && measurement_key?.S !== undefined) {
            keys.push({ device_id: { S: device_id.S }, measurement_key: { S: measurement_key.S } });
          }
        }
      }
      return found.sort((a, b) => (a.measurement_type < b.measurement_type ? -1 : 1));
    },
  };
}
