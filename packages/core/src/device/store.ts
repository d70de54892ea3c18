import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  paginateScan,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";

import { unlessConditionFails } from "./condition.ts";
import { type ParsedDevice, parseDevice } from "./device.ts";
import { DeviceState, type WrittenState } from "./state.ts";

/** BatchGetItem's limit. */
const BATCH_KEYS = 100;

/** One of `total` parallel fetchers. It reads the scan segment with its own index. */
export interface Shard {
  index: number;
  total: number;
}

/** What the fetcher does with the devices table. Never writes what a person wrote. DynamoDB errors pass through. */
export interface DeviceStore {
  /** Every device of a shard, page by page, so memory does not grow with their number. */
  scan(shard: Shard): AsyncGenerator<ParsedDevice>;
  /** The devices with these ids, a hundred at a time. A missing one is returned as its id only. */
  named(deviceIds: readonly string[]): AsyncGenerator<ParsedDevice | { unknown: string; device?: never }>;
  /**
   * Writes `state` and nothing else. A device removed in the meantime stays removed, and one polled by another run in the
   * meantime keeps that run's state.
   *
   * @param before `last_polled_at` of the state that was read
   * @returns whether it was written
   */
  saveState(deviceId: string, state: WrittenState, before: string | undefined): Promise<boolean>;
}

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
      const pages = paginateScan(
        { client: dynamodb },
        { TableName: table, Segment: shard.index, TotalSegments: shard.total },
      );
      for await (const { Items = [] } of pages) for (const item of Items) yield parseDevice(item);
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

    saveState(deviceId, state, before) {
      const names = { "#state": "state", "#last_polled_at": "last_polled_at" };
      const isUnchanged =
        before === undefined
          ? "(attribute_not_exists(#state.#last_polled_at) OR NOT attribute_type(#state.#last_polled_at, :text))"
          : "#state.#last_polled_at = :before";
      return unlessConditionFails(
        dynamodb.send(
          new UpdateItemCommand({
            TableName: table,
            Key: { device_id: { S: deviceId } },
            UpdateExpression: "SET #state = :state",
            // Updating a device that was just removed would create it again.
            ConditionExpression: `attribute_exists(device_id) AND ${isUnchanged}`,
            ExpressionAttributeNames: names,
            ExpressionAttributeValues: {
              ":state": DeviceState.write(state),
              ...(before === undefined ? { ":text": { S: "S" } } : { ":before": { S: before } }),
            },
          }),
        ),
      );
    },
  };
}
