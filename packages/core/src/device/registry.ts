import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateScan,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";

import { unlessConditionFails } from "./condition.ts";
import { type ParsedDevice, parseDevice, readConfig } from "./device.ts";

/** The fields of a device's item as a person wrote them, valid or not, without the fetcher's `state`. */
export type WrittenConfig = Record<string, unknown>;

export type RegisteredDevice = ParsedDevice & { config: WrittenConfig };

/**
 * What a person does with the devices table. Never writes `state`, which belongs to the fetcher. DynamoDB errors pass
 * through.
 */
export interface DeviceRegistry {
  /** Every device, page by page. */
  all(): AsyncGenerator<RegisteredDevice>;
  find(deviceId: string): Promise<RegisteredDevice | undefined>;
  /**
   * Adds a device; an existing one stays as it is.
   *
   * @returns whether the device was added
   */
  add(config: WrittenConfig & { device_id: string }): Promise<boolean>;
  /**
   * Sets some fields, removes others, and leaves the rest alone.
   *
   * @returns whether the device exists
   */
  edit(deviceId: string, change: DeviceChange): Promise<boolean>;
  /** @returns whether the device existed */
  remove(deviceId: string): Promise<boolean>;
}

export interface DeviceChange {
  set: WrittenConfig;
  remove: readonly string[];
}

export function createDeviceRegistry(options: { dynamodb: DynamoDBClient; table: string }): DeviceRegistry {
  const { dynamodb, table } = options;
  return {
    async *all() {
      for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName: table }))
        for (const item of Items) yield registered(item);
    },

    async find(deviceId) {
      const { Item } = await dynamodb.send(
        new GetItemCommand({ TableName: table, Key: { device_id: { S: deviceId } }, ConsistentRead: true }),
      );
      return Item === undefined ? undefined : registered(Item);
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

    edit(deviceId, change) {
      const { UpdateExpression, ExpressionAttributeNames, values } = updateExpression(change);
      return unlessConditionFails(
        dynamodb.send(
          new UpdateItemCommand({
            TableName: table,
            Key: { device_id: { S: deviceId } },
            UpdateExpression,
            ExpressionAttributeNames,
            ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: marshall(values) }),
            // Without this condition, updating a missing device would create it.
            ConditionExpression: "attribute_exists(device_id)",
          }),
        ),
      );
    },

    remove(deviceId) {
      return unlessConditionFails(
        dynamodb.send(
          new DeleteItemCommand({
            TableName: table,
            Key: { device_id: { S: deviceId } },
            ConditionExpression: "attribute_exists(device_id)",
          }),
        ),
      );
    },
  };
}

function registered(item: Record<string, AttributeValue>): RegisteredDevice {
  return { ...parseDevice(item), config: readConfig(item) };
}

/** Placeholders for names and values: a field name such as `name` may be a reserved word of DynamoDB. */
function updateExpression({ set, remove }: DeviceChange) {
  const fields = [...Object.keys(set), ...remove];
  const placeholder = (field: string) => `#f${fields.indexOf(field)}`;
  const assignments = Object.keys(set).map((field, index) => `${placeholder(field)} = :v${index}`);
  const clauses = [
    assignments.length === 0 ? "" : `SET ${assignments.join(", ")}`,
    remove.length === 0 ? "" : `REMOVE ${remove.map(placeholder).join(", ")}`,
  ];
  return {
    UpdateExpression: clauses.filter(Boolean).join(" "),
    ExpressionAttributeNames: Object.fromEntries(fields.map((field) => [placeholder(field), field])),
    values: Object.fromEntries(Object.values(set).map((value, index) => [`:v${index}`, value])),
  };
}
