import { DeleteItemCommand, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { describe, expect, it } from "vitest";

import { type Collector, startCollector } from "./collector.ts";

async function deviceItem({ stack }: Collector, device_id: string): Promise<Record<string, unknown>> {
  const Key = { device_id: { S: device_id } };
  const { Item } = await stack.dynamodb.send(
    new GetItemCommand({ TableName: stack.names.devicesTable, Key }),
  );
  return Item === undefined ? {} : unmarshall(Item);
}

describe("the devices of the config table", () => {
  it("are polled with nothing but an id; one with a typo is reported and disturbs nothing", async () => {
    await using collector = await startCollector({ devices: 3 });
    const [good = "", typo = "", wrong = ""] = collector.ids;
    await collector.put({ device_id: good });
    await collector.put({ device_id: typo, enabeld: false });
    await collector.put({ device_id: wrong, retention_days: "a year" });
    await collector.put({ device_id: "not-an-id" });

    expect(await collector.stack.poll({})).toMatchObject({ polled: 1, failed: 3, skipped: 0, deferred: 0 });
    await collector.drained();
    expect((await collector.items(good)).length).toBeGreaterThan(0);
    expect(await collector.items(typo)).toEqual([]);

    const reported = collector.logLines
      .map((line) => JSON.parse(line))
      .filter(({ event }) => event === "device_invalid");
    const problems = Object.fromEntries(reported.map(({ device_id, problems }) => [device_id, problems]));
    expect(problems[typo]).toEqual([expect.objectContaining({ field: "enabeld", code: "unknown_field" })]);
    expect(problems[wrong]).toEqual([{ field: "retention_days", code: "not_number" }]);
    expect(problems["not-an-id"]).toEqual([{ field: "device_id", code: "not_device_id" }]);
  });

  it("are not polled while disabled, and not before their own interval is over", async () => {
    await using collector = await startCollector({ devices: 2 });
    const [disabled = "", hourly = ""] = collector.ids;
    await collector.put({ device_id: disabled, enabled: false });
    await collector.put({ device_id: hourly, interval_seconds: 3600 });
    expect(await collector.stack.poll({})).toMatchObject({ polled: 1, skipped: 1 });
    expect(await collector.stack.poll({})).toMatchObject({ polled: 0, skipped: 2 });
    expect(collector.api.requests(disabled)).toHaveLength(0);
    expect(collector.api.requests(hourly)).toHaveLength(1);
  });

  it("are polled now when named, due or not; an unknown or disabled one is not", async () => {
    await using collector = await startCollector({ devices: 2 });
    const [hourly = "", disabled = ""] = collector.ids;
    await collector.put({ device_id: hourly, interval_seconds: 3600 });
    await collector.put({ device_id: disabled, enabled: false });
    await collector.stack.poll({});
    const device_ids = [hourly, hourly, disabled, "I-99999999-99999999"];
    expect(await collector.stack.poll({ device_ids })).toMatchObject({ polled: 1, failed: 1, skipped: 1 });
    expect(collector.api.requests(hourly)).toHaveLength(2);
  });

  it("keep every edit that a person makes, whenever it is made (invariant 7)", async () => {
    await using collector = await startCollector();
    const [id = ""] = collector.ids;
    await collector.put({ device_id: id, name: "before", labels: { street: "Hauptplatz" } });
    collector.api.setFault(id, { kind: "latency", ms: 300 });
    const poll = collector.stack.poll({});
    // The edit falls between the fetcher's reading of the item and its writing of the state.
    await collector.stack.dynamodb.send(
      new UpdateItemCommand({
        TableName: collector.stack.names.devicesTable,
        Key: { device_id: { S: id } },
        UpdateExpression: "SET #name = :name, retention_days = :days REMOVE labels",
        ExpressionAttributeNames: { "#name": "name" },
        ExpressionAttributeValues: { ":name": { S: "after" }, ":days": { N: "30" } },
      }),
    );
    expect(await poll).toMatchObject({ polled: 1 });
    const { state, ...config } = await deviceItem(collector, id);
    expect(config).toEqual({ device_id: id, name: "after", retention_days: 30 });
    expect(state).toMatchObject({ consecutive_failures: 0, last_success_at: expect.any(String) });
  });

  it("are not brought back by a poll that was under way when they were removed", async () => {
    await using collector = await startCollector();
    const [id = ""] = collector.ids;
    await collector.put({ device_id: id });
    collector.api.setFault(id, { kind: "latency", ms: 300 });
    const poll = collector.stack.poll({});
    await collector.stack.dynamodb.send(
      new DeleteItemCommand({ TableName: collector.stack.names.devicesTable, Key: { device_id: { S: id } } }),
    );
    await poll;
    expect(await deviceItem(collector, id)).toEqual({});
  });

  it("keep only the types and the time that a person chose", async () => {
    await using collector = await startCollector();
    const [id = ""] = collector.ids;
    await collector.put({ device_id: id, measurement_types: ["0100010700"], retention_days: 30 });
    await collector.stack.poll({});
    await collector.drained();
    const items = await collector.items(id);
    expect(items.map(({ measurement_type }) => measurement_type?.S)).toEqual(["0100010700"]);
    const [item] = items;
    expect(Number(item?.ttl?.N)).toBe(Math.floor(Number(item?.timestamp?.N) / 1000) + 30 * 86_400);
  });

  it("are each read by one shard, and all by some", async () => {
    await using collector = await startCollector({ devices: 40 });
    await Promise.all(collector.ids.map((device_id) => collector.put({ device_id, interval_seconds: 3600 })));
    const results = [];
    for (let index = 0; index < 3; index += 1)
      results.push(await collector.stack.poll({ shard: { index, total: 3 } }));
    expect(results.reduce((sum, { polled }) => sum + polled, 0)).toBe(40);
    expect(results.every(({ polled }) => polled > 0)).toBe(true);
    for (const id of collector.ids) expect(collector.api.requests(id)).toHaveLength(1);
  });
});
