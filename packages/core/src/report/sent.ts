import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";

import { IS_FREE } from "../alert/store.ts";
import { unlessConditionFails } from "../device/condition.ts";

/** Which reports were sent. DynamoDB errors pass through. */
export interface SentReports {
  /**
   * Lets one caller at a time send a report.
   *
   * @param until epoch milliseconds, when others may try: a constant time after `now`
   * @returns false if it was sent, or another one is sending it
   */
  claim(report: ReportKey, now: number, until: number): Promise<boolean>;
  sent(report: ReportKey, at: string): Promise<void>;
  /** It could not be sent. */
  release(report: ReportKey): Promise<void>;
}

export interface ReportKey {
  channel: string;
  /** `month 2026-10-01 all` */
  report: string;
}

/** Beside the alerts, which is the table of what people are told. */
export function createSentReports(options: { dynamodb: DynamoDBClient; table: string }): SentReports {
  const { dynamodb, table } = options;
  const keyOf = ({ channel, report }: ReportKey) => ({
    // No device has such an id.
    device_id: { S: `report to ${channel}` },
    alert_key: { S: report },
  });
  return {
    claim(report, now, until) {
      return unlessConditionFails(
        dynamodb.send(
          new UpdateItemCommand({
            TableName: table,
            Key: keyOf(report),
            UpdateExpression: "SET telling_until = :until",
            ConditionExpression: `attribute_not_exists(notified_at) AND ${IS_FREE}`,
            ExpressionAttributeValues: { ":until": { N: String(until) }, ":now": { N: String(now) } },
          }),
        ),
      );
    },

    async sent(report, at) {
      await dynamodb.send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyOf(report),
          UpdateExpression: "SET notified_at = :at REMOVE telling_until",
          ExpressionAttributeValues: { ":at": { S: at } },
        }),
      );
    },

    async release(report) {
      await dynamodb.send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyOf(report),
          UpdateExpression: "REMOVE telling_until",
        }),
      );
    },
  };
}
