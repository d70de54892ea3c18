import {
  type AttributeValue,
  type DynamoDBClient,
  PutItemCommand,
  paginateQuery,
  paginateScan,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";

import { unlessConditionFails } from "../device/condition.ts";
import { OPEN_ALERTS_INDEX } from "../settings/tables.ts";
import { AlertRule, ruleId } from "./rule.ts";

/** A time that a rule held: the item of the alerts table. */
export interface Alert {
  device_id: string;
  /** As it was then. */
  rule: AlertRule;
  /** Epoch milliseconds: when it began, by what was measured. Part of the key, so that it is one alert whoever notices it. */
  began: number;
  /** ISO 8601, UTC: when it was noticed. */
  opened_at: string;
  /** ISO 8601, UTC: when it was over, by what was measured; `undefined` while it lasts. */
  closed_at?: string | undefined;
  /** In the unit of the rule's limit: when it was noticed, and once it is over the last one. */
  value: number;
  limit: number;
}

/** The alerts of all devices. DynamoDB errors pass through. */
export interface AlertStore {
  /** Those of a device that last. One that was opened a moment ago may be missing. */
  open(deviceId: string): Promise<Alert[]>;
  /** Those of all devices that last. */
  allOpen(): Promise<Alert[]>;
  /** All of a device, the newest first. */
  history(deviceId: string): Promise<Alert[]>;
  /** @returns whether it is new: each is added once, whatever is replayed */
  add(alert: Alert): Promise<boolean>;
  /** @returns whether it lasted until then: each is closed once */
  close(alert: Alert, closedAt: string, value: number): Promise<boolean>;
}

export function createAlertStore(options: { dynamodb: DynamoDBClient; table: string }): AlertStore {
  const { dynamodb, table } = options;

  async function ofDevice(deviceId: string, index: { IndexName?: string }): Promise<Alert[]> {
    const found: Alert[] = [];
    const pages = paginateQuery(
      { client: dynamodb },
      {
        TableName: table,
        ...index,
        KeyConditionExpression: "device_id = :device",
        ExpressionAttributeValues: { ":device": { S: deviceId } },
      },
    );
    for await (const { Items = [] } of pages) found.push(...Items.flatMap(readAlert));
    return found;
  }

  return {
    open: (deviceId) => ofDevice(deviceId, { IndexName: OPEN_ALERTS_INDEX }),

    async allOpen() {
      const found: Alert[] = [];
      const pages = paginateScan({ client: dynamodb }, { TableName: table, IndexName: OPEN_ALERTS_INDEX });
      for await (const { Items = [] } of pages) found.push(...Items.flatMap(readAlert));
      return found.sort((a, b) => b.began - a.began);
    },

    async history(deviceId) {
      return (await ofDevice(deviceId, {})).sort((a, b) => b.began - a.began);
    },

    add(alert) {
      return unlessConditionFails(
        dynamodb.send(
          new PutItemCommand({
            TableName: table,
            Item: alertItem(alert),
            ConditionExpression: "attribute_not_exists(device_id)",
          }),
        ),
      );
    },

    close(alert, closedAt, value) {
      return unlessConditionFails(
        dynamodb.send(
          new UpdateItemCommand({
            TableName: table,
            Key: keyOf(alert),
            UpdateExpression: "SET closed_at = :closed, #value = :value REMOVE open_since",
            ConditionExpression: "attribute_exists(open_since)",
            ExpressionAttributeNames: { "#value": "value" },
            ExpressionAttributeValues: { ":closed": { S: closedAt }, ":value": { N: String(value) } },
          }),
        ),
      );
    },
  };
}

/** @example "power_above-5000-15#2026-11-25T17:20:00.000Z" */
function keyOf({ device_id, rule, began }: Alert): Record<"device_id" | "alert_key", AttributeValue> {
  return {
    device_id: { S: device_id },
    alert_key: { S: `${ruleId(rule)}#${new Date(began).toISOString()}` },
  };
}

function alertItem(alert: Alert): Record<string, AttributeValue> {
  const { rule, began, opened_at, closed_at, value, limit } = alert;
  return {
    ...keyOf(alert),
    ...marshall({ rule, opened_at, value, limit }),
    // Only alerts that last are in the index.
    ...(closed_at === undefined
      ? { open_since: { S: new Date(began).toISOString() } }
      : { closed_at: { S: closed_at } }),
  };
}

/** Nothing for a rule that only a newer version knows. */
function readAlert(item: Record<string, AttributeValue>): Alert[] {
  const { device_id, alert_key, rule, opened_at, closed_at, value, limit } = unmarshall(item);
  const parsed = AlertRule.safeParse(rule);
  const began = Date.parse(String(alert_key).split("#").at(-1) ?? "");
  if (!parsed.success || Number.isNaN(began)) return [];
  return [{ device_id, rule: parsed.data, began, opened_at, closed_at, value, limit }];
}
