import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";

import { type ParsedDevice, parseDevice } from "./device.ts";
import { DeviceState } from "./state.ts";

/** BatchGetItem's limit. */
const BATCH_KEYS = 100;

/** One of `total` parallel fetchers; it reads the scan segment with its own index. */
export interface Shard {
  index: number;
  total: number;
}

export interface DeviceStore {
  /** Every device of a shard, page by page, so that memory does not grow with their number. */
  scan(shard: Shard): AsyncGenerator<ParsedDevice>;
  /** The devices with these ids, a hundred at a time; one that is not there as its id alone. */
  named(deviceIds: readonly string[]): AsyncGenerator<ParsedDevice | { unknown: string }>;
  /**
   * Adds a device; one that is there already stays as it is.
   *
   * @returns whether it was added
   */
  add(config: { device_id: string; name?: string }): Promise<boolean>;
  /**
   * Writes `state` and nothing else. A device that was removed meanwhile stays removed.
   *
   * @returns whether the device is still there
   */
  saveState(deviceId: string, state: DeviceState): Promise<boolean>;
}

/** The devices table. Errors of DynamoDB pass through. */
export function createDeviceStore(options: { dynamodb: DynamoDBClient; table: string }): DeviceStore {
  const { dynamodb, table } = options;

  async function readAll(ids: readonly string[]): Promise<Map<string, Record<string, AttributeValue>>> {
    const found = new Map<string, Record<string, AttributeValue>>();
    let Keys: Record<string, AttributeValue>[] | undefined = ids.map((id) => ({ device_id: { S: id } }));
    while (Keys !== undefined && Keys.length > 0) {
      const request: BatchGetItemCommand = new BatchGetItemCommand({
        RequestItems: { [table]: { Keys, ConsistentRead: true } },
      });
      const { Responses, UnprocessedKeys } = await dynamodb.send(request);
      for (const item of Responses?.[table] ?? []) found.set(item.device_id?.S ?? "", item);
      Keys = UnprocessedKeys?.[table]?.Keys;
    }
    return found;
  }

  return {
    async *scan(shard) {
      let from: ScanCommand["input"]["ExclusiveStartKey"];
      do {
        const page = await dynamodb.send(
          new ScanCommand({
            TableName: table,
            Segment: shard.index,
            TotalSegments: shard.total,
            ExclusiveStartKey: from,
          }),
        );
        for (const item of page.Items ?? []) yield parseDevice(item);
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
    },

    async *named(deviceIds) {
      for (let start = 0; start < deviceIds.length; start += BATCH_KEYS) {
        const ids = deviceIds.slice(start, start + BATCH_KEYS);
        const found = await readAll(ids);
        for (const id of ids) {
          const item = found.get(id);
          yield item === undefined ? { unknown: id } : parseDevice(item);
        }
      }
    },

    add(config) {
      return unlessConditionFails(
        dynamodb.send(
          new PutItemCommand({
            TableName: table,
            Item: marshall(config, { removeUndefinedValues: true }),
            ConditionExpression: "attribute_not_exists(device_id)",
          }),
        ),
      );
    },

    saveState(deviceId, state) {
      return unlessConditionFails(
        dynamodb.send(
          new UpdateItemCommand({
            TableName: table,
            Key: { device_id: { S: deviceId } },
            UpdateExpression: "SET #state = :state",
            // Without it, the update of a device that was just removed would create it anew.
            ConditionExpression: "attribute_exists(device_id)",
            ExpressionAttributeNames: { "#state": "state" },
            ExpressionAttributeValues: { ":state": DeviceState.write(state) },
          }),
        ),
      );
    },
  };
}

/** False when the request's condition did not hold. */
async function unlessConditionFails(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
