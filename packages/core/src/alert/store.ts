import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  paginateScan,
  UpdateItemCommand,
  type UpdateItemCommandInput,
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
  /** The last of its events that the profile queue has accepted. */
  handed_over?: AlertEvent | undefined;
  /** Which event was told on which channel: `opened phone`. */
  notified?: ReadonlySet<string> | undefined;
  /** ISO 8601, UTC: when somebody was told last. */
  notified_at?: string | undefined;
  /** Why somebody has not been told yet. */
  notify_error?: string | undefined;
}

/** What people are told of. */
export const ALERT_EVENTS = ["opened", "closed"] as const;
export type AlertEvent = (typeof ALERT_EVENTS)[number];

/** An alert's key in the table. */
export interface AlertKey {
  device_id: string;
  alert_key: string;
}

/** The alerts of all devices. DynamoDB errors pass through. */
export interface AlertStore {
  /**
   * Those of a device that last, and those whose end the profile queue does not have yet. One that was opened a moment ago may be
   * missing.
   */
  unfinished(deviceId: string): Promise<Alert[]>;
  /** Those of all devices that last. */
  allOpen(): Promise<Alert[]>;
  /** All of a device, the newest first. */
  history(deviceId: string): Promise<Alert[]>;
  /** @returns whether it is new: each is added once, whatever is replayed */
  add(alert: Alert): Promise<boolean>;
  /** @returns whether it lasted until then: each is closed once */
  close(alert: Alert, closedAt: string, value: number): Promise<boolean>;
  /** The profile queue has accepted what is to be told of the alert, as it is here. */
  handOver(alert: Alert): Promise<void>;
  /**
   * Lets one caller at a time tell of an alert.
   *
   * @param until epoch milliseconds, when others may go on: a constant time after `now`
   * @returns the alert as it is now; `busy` while another one tells of it, `gone` if it is not there
   */
  claim(key: AlertKey, now: number, until: number): Promise<Alert | "busy" | "gone">;
  /** An event was told on a channel. */
  told(alert: Alert, event: AlertEvent, channel: string, at: string): Promise<void>;
  /** Ends a claim. @param error why something could not be told */
  release(alert: Alert, error: string | undefined): Promise<void>;
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

  function update(alert: Alert, input: Omit<UpdateItemCommandInput, "TableName" | "Key">): Promise<unknown> {
    return dynamodb.send(new UpdateItemCommand({ TableName: table, Key: keyOf(alertKey(alert)), ...input }));
  }

  return {
    unfinished: (deviceId) => ofDevice(deviceId, { IndexName: OPEN_ALERTS_INDEX }),

    async allOpen() {
      const found: Alert[] = [];
      const pages = paginateScan({ client: dynamodb }, { TableName: table, IndexName: OPEN_ALERTS_INDEX });
      for await (const { Items = [] } of pages) found.push(...Items.flatMap(readAlert));
      return found.filter(isOpen).sort((a, b) => b.began - a.began);
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
        update(alert, {
          UpdateExpression: "SET closed_at = :closed, #value = :value",
          ConditionExpression: "attribute_exists(open_since) AND attribute_not_exists(closed_at)",
          ExpressionAttributeNames: { "#value": "value" },
          ExpressionAttributeValues: { ":closed": { S: closedAt }, ":value": { N: String(value) } },
        }),
      );
    },

    async handOver(alert) {
      const event: AlertEvent = isOpen(alert) ? "opened" : "closed";
      await update(alert, {
        // What is over and handed over leaves the index.
        UpdateExpression: `SET handed_over = :event${event === "closed" ? " REMOVE open_since" : ""}`,
        ExpressionAttributeValues: { ":event": { S: event } },
      });
    },

    async claim(key, now, until) {
      try {
        const { Attributes = {} } = await dynamodb.send(
          new UpdateItemCommand({
            TableName: table,
            Key: keyOf(key),
            UpdateExpression: "SET telling_until = :until",
            ConditionExpression: `attribute_exists(device_id) AND ${IS_FREE}`,
            ExpressionAttributeValues: { ":until": { N: String(until) }, ":now": { N: String(now) } },
            ReturnValues: "ALL_NEW",
          }),
        );
        return readAlert(Attributes)[0] ?? "gone";
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // Not every emulator answers with the item that the condition met.
        const { Item } = await dynamodb.send(
          new GetItemCommand({ TableName: table, Key: keyOf(key), ConsistentRead: true }),
        );
        return Item === undefined ? "gone" : "busy";
      }
    },

    async told(alert, event, channel, at) {
      await update(alert, {
        UpdateExpression: "ADD notified :told SET notified_at = :at",
        ExpressionAttributeValues: { ":told": { SS: [toldKey(event, channel)] }, ":at": { S: at } },
      });
    },

    async release(alert, error) {
      await update(
        alert,
        error === undefined
          ? { UpdateExpression: "REMOVE telling_until, notify_error" }
          : {
              UpdateExpression: "SET notify_error = :error REMOVE telling_until",
              ExpressionAttributeValues: { ":error": { S: error } },
            },
      );
    },
  };
}

/**
 * No claim that lasts. One that lasts longer than a new one would is of a clock that was wrong: told again rather than never.
 */
export const IS_FREE =
  "(attribute_not_exists(telling_until) OR telling_until < :now OR telling_until > :until)";

export function isOpen({ closed_at }: Pick<Alert, "closed_at">): boolean {
  return closed_at === undefined;
}

/** Whether the profile queue does not have an alert's last event yet. */
export function isToBeHandedOver(alert: Alert): boolean {
  return alert.handed_over !== (isOpen(alert) ? "opened" : "closed");
}

export function wasTold({ notified }: Alert, event: AlertEvent, channel: string): boolean {
  return notified?.has(toldKey(event, channel)) ?? false;
}

function toldKey(event: AlertEvent, channel: string): string {
  return `${event} ${channel}`;
}

/** @example "power_above-5000-15#2026-11-25T17:20:00.000Z" */
export function alertKeyOf({ rule, began }: Pick<Alert, "rule" | "began">): string {
  return `${ruleId(rule)}#${new Date(began).toISOString()}`;
}

function alertKey(alert: Alert): AlertKey {
  return { device_id: alert.device_id, alert_key: alertKeyOf(alert) };
}

function keyOf({ device_id, alert_key }: AlertKey): Record<keyof AlertKey, AttributeValue> {
  return { device_id: { S: device_id }, alert_key: { S: alert_key } };
}

function alertItem(alert: Alert): Record<string, AttributeValue> {
  const { rule, began, opened_at, closed_at, value, limit } = alert;
  return {
    ...keyOf(alertKey(alert)),
    ...marshall({ rule, opened_at, value, limit, ...(closed_at === undefined ? {} : { closed_at }) }),
    // In the index until its end was handed over.
    open_since: { S: new Date(began).toISOString() },
  };
}

/** Nothing for a rule that only a newer version knows. */
function readAlert(item: Record<string, AttributeValue>): Alert[] {
  const { alert_key, rule, ...fields } = unmarshall(item) as Alert & AlertKey & { rule: unknown };
  const parsed = AlertRule.safeParse(rule);
  const began = Date.parse(String(alert_key).split("#").at(-1) ?? "");
  if (!parsed.success || Number.isNaN(began)) return [];
  const { device_id, opened_at, closed_at, value, limit } = fields;
  const { handed_over, notified, notified_at, notify_error } = fields;
  const told = { handed_over, notified, notified_at, notify_error };
  return [{ device_id, rule: parsed.data, began, opened_at, closed_at, value, limit, ...told }];
}
