import { GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
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
  it("keeps every edit that a person makes, whenever it is made (invariant 7)", async () => {
    await using collector = await startCollector();
    const [id = ""] = collector.ids;
    await collector.put({ device_id: id, name: "before", labels: { street: "Hauptplatz" } });
    collector.api.setFault(id, { kind: "latency", ms: 300 });
    const poll = collector.stack.poll({});
    // The edit falls between the fetcher's read of the item and its write of the state.
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

  it("keeps only the types and the time that a person chose", async () => {
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
});
