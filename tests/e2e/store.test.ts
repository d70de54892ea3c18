import { readFile } from "node:fs/promises";

import { type AttributeValue, QueryCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { decimalText } from "@energylive/core/decimal";
import { serializeMessage } from "@energylive/core/queue/message";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Collector, startCollector } from "./collector.ts";

interface Element {
  measurement: string;
  timestamp: number;
  value: number;
}

const FIXTURE = new URL("../fixtures/latest-interface.json", import.meta.url);
const body = await readFile(FIXTURE, "utf8");
const elements: Element[] = JSON.parse(body);

const byKey = (a: Record<string, AttributeValue>, b: Record<string, AttributeValue>) =>
  `${a.measurement_key?.S}` < `${b.measurement_key?.S}` ? -1 : 1;

describe("a response of the API", () => {
  let collector: Collector;
  let id: string;
  let stored: Record<string, AttributeValue>[];

  beforeAll(async () => {
    collector = await startCollector();
    id = collector.ids[0] ?? "";
    collector.api.setResponse(id, body);
    await collector.put({ device_id: id });
    const result = await collector.stack.poll({});
    expect(result).toEqual({
      polled: 1,
      failed: 0,
      skipped: 0,
      deferred: 0,
      published: elements.length,
      unchanged: 0,
      quarantined: 0,
    });
    await collector.drained();
    stored = await collector.items(id);
  });
  afterAll(() => collector[Symbol.asyncDispose]());

  it("stores every value as the API sent it (invariant 4)", () => {
    const expected = elements.map(({ measurement, timestamp, value }) => ({
      device_id: { S: id },
      measurement_key: { S: `${timestamp}#${measurement}` },
      timestamp: { N: String(timestamp) },
      iso_timestamp: { S: new Date(timestamp).toISOString() },
      measurement_type: { S: measurement },
      value: { N: String(value) },
      ttl: { N: String(Math.floor(timestamp / 1000) + 365 * 86_400) },
    }));
    const withoutCollected = stored.map(({ collection_time, unit, ...item }) => item);
    expect(withoutCollected).toEqual(expected.sort(byKey));
    for (const { collection_time } of stored)
      expect(collection_time?.S).toMatch(/^\d{4}-\d\d-\d\dT.*\.\d{3}Z$/);
    expect(
      Object.fromEntries(stored.map(({ measurement_type, unit }) => [measurement_type?.S, unit?.S])),
    ).toMatchObject({
      "0100010700": "W",
      "0100010800": "Wh",
      "0100030800": "varh",
      batteryVoltage: "mV",
      roomTemperature: "°C",
    });
  });

  it("answers the queries of the Python collector's users", async () => {
    const { dynamodb, names } = collector.stack;
    const query = async (input: Omit<QueryCommand["input"], "TableName">) =>
      (await dynamodb.send(new QueryCommand({ TableName: names.measurementsTable, ...input }))).Items ?? [];

    const ofDevice = await query({
      KeyConditionExpression: "device_id = :device_id",
      ExpressionAttributeValues: { ":device_id": { S: id } },
    });
    expect(ofDevice).toHaveLength(elements.length);

    const ofType = await query({
      IndexName: "MeasurementTypeIndex",
      KeyConditionExpression: "measurement_type = :measurement_type",
      ExpressionAttributeValues: { ":measurement_type": { S: "0100010700" } },
    });
    expect(ofType.map(({ value }) => value?.N)).toEqual(["138"]);

    const anHourBefore = 1726560005000 - 3_600_000;
    const lastHour = await query({
      KeyConditionExpression: "device_id = :device_id AND measurement_key > :since",
      ExpressionAttributeValues: { ":device_id": { S: id }, ":since": { S: String(anHourBefore) } },
    });
    expect(lastHour.map(({ measurement_key }) => measurement_key?.S)).toEqual(
      elements
        .filter(({ timestamp }) => timestamp >= anHourBefore)
        .map(({ timestamp, measurement }) => `${timestamp}#${measurement}`)
        .sort(),
    );
    expect(lastHour.length).toBeLessThan(elements.length);
  });

  it("changes nothing when its messages are replayed, in any order and any number (invariant 2)", async () => {
    const { sqs, endpoints, totals } = collector.stack;
    const messages = stored.map((item) =>
      serializeMessage({
        device_id: id,
        measurement_type: item.measurement_type?.S ?? "",
        timestamp: Number(item.timestamp?.N),
        value:
          decimalText(item.value?.N ?? "") ??
          (() => {
            throw new TypeError("no value");
          })(),
        collection_time: item.collection_time?.S ?? "",
        retention_days: 365,
      }),
    );
    const replayed = [...messages, ...[...messages].reverse(), ...messages.slice(3)];
    for (let start = 0; start < replayed.length; start += 10) {
      const Entries = replayed
        .slice(start, start + 10)
        .map((MessageBody, index) => ({ Id: String(index), MessageBody }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl: endpoints.queueUrl, Entries }));
    }
    const before = totals.stored + totals.duplicate;
    await collector.drained();
    expect(totals.stored + totals.duplicate - before).toBe(replayed.length);
    expect(await collector.items(id)).toEqual(stored);
    expect(await collector.dlq()).toEqual([]);
  });
});
