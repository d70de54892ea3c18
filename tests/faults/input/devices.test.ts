import {
  type AttributeValue,
  BatchWriteItemCommand,
  paginateScan,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import type { DeviceProblem } from "@energylive/core/device/problem";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";

import { type Attributes, type DeviceItem, deviceItem, wrongId } from "./devices.ts";
import { type Edge, startEdge } from "./edge.ts";
import { runsOf, TOGETHER, timeoutMs, together } from "./runs.ts";

const INPUTS = 200;
const ANSWER = Buffer.from('[{"measurement":"p","timestamp":1726559995000,"value":1}]');
const DEVICE_PATH = /^\/api\/v1\/devices\/[A-Z]-\d{8}-\d{8}\/measurements\/latest$/;

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge[Symbol.asyncDispose]());

async function scan(): Promise<Map<string, Attributes>> {
  const items = new Map<string, Attributes>();
  for await (const { Items = [] } of paginateScan(
    { client: edge.dynamodb },
    { TableName: edge.devicesTable },
  ))
    for (const item of Items) items.set(item.device_id?.S ?? "", item);
  return items;
}

async function removeAll(): Promise<void> {
  const requests: WriteRequest[] = [...(await scan()).keys()].map((id) => ({
    DeleteRequest: { Key: { device_id: { S: id } } },
  }));
  while (requests.length > 0)
    await edge.dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { [edge.devicesTable]: requests.splice(0, 25) } }),
    );
}

function configOf({
  state: _,
  ...config
}: Record<string, AttributeValue> = {}): Record<string, AttributeValue> {
  return config;
}

/** What the log says is wrong with each invalid device. */
function reported(): Map<string, DeviceProblem[]> {
  const lines = edge.logged().map((line) => JSON.parse(line));
  const invalid = lines.filter(({ event }) => event === "device_invalid");
  return new Map(invalid.map(({ device_id, problems }) => [device_id, problems]));
}

async function checkDevice(
  id: string,
  { expected, spoilt }: DeviceItem,
  problems: DeviceProblem[] | undefined,
): Promise<void> {
  const state = await edge.state(id);
  switch (expected) {
    case "polled":
      expect(problems).toBeUndefined();
      expect(state).toMatchObject({ consecutive_failures: 0, last_success_at: expect.stringMatching(/Z$/) });
      expect(await edge.items(id)).toHaveLength(1);
      break;
    case "invalid":
      expect(problems?.map(({ field }) => field.split(".")[0])).toContain(spoilt);
      expect(edge.api.paths.join()).not.toContain(id);
      break;
    case "skipped":
      expect(problems).toBeUndefined();
      expect(edge.api.paths.join()).not.toContain(id);
      break;
    case "any":
      if (problems !== undefined) expect(problems).not.toEqual([]);
  }
}

it(
  "polls, skips or names any device item, does not alter it, and disturbs no other (invariants 5 and 7)",
  async () => {
    await fc.assert(
      fc.asyncProperty(
        together(deviceItem),
        fc.uniqueArray(wrongId, { maxLength: 5 }),
        async (items, ids) => {
          await removeAll();
          const bystander = edge.newDeviceId();
          const devices = new Map([...items.map((item) => [edge.newDeviceId(), item] as const)]);
          const all = [bystander, ...devices.keys(), ...ids];
          for (const id of all) edge.api.answers.set(id, ANSWER);
          await edge.put(all.map((id) => ({ ...devices.get(id)?.attributes, device_id: { S: id } })));
          const before = await scan();
          edge.api.paths.length = 0;

          const due = await edge.fetch({});
          expect(due.polled + due.failed + due.skipped).toBe(all.length);
          const named = await edge.fetch({ device_ids: all });
          expect(named.polled + named.failed + named.skipped).toBe(all.length);
          expect(await edge.drain()).toEqual([]);

          const problems = reported();
          const after = await scan();
          for (const id of all) expect(configOf(after.get(id))).toEqual(configOf(before.get(id)));
          for (const path of edge.api.paths) expect(path).toMatch(DEVICE_PATH);
          for (const id of ids)
            expect(problems.get(id)).toContainEqual({ field: "device_id", code: "not_device_id" });
          expect(await edge.items(bystander)).toHaveLength(1);
          for (const [id, item] of devices) await checkDevice(id, item, problems.get(id));
          expect(await edge.dead()).toEqual([]);
        },
      ),
      runsOf(INPUTS),
    );
  },
  timeoutMs(INPUTS),
);

it("asks nothing for an invalid id, even when it is named", async () => {
  await removeAll();
  edge.api.paths.length = 0;
  const ids = fc.sample(wrongId, { numRuns: TOGETHER, seed: 1 });
  await edge.fetch({ device_ids: ids });
  expect(edge.api.paths).toEqual([]);
});
