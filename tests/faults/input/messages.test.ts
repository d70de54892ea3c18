import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sendAll } from "../../support/queues.ts";
import { type Edge, startEdge } from "./edge.ts";
import { isEqual } from "./exact.ts";
import { type Body, body, isSendable, itemOf, type MeasurementBody } from "./messages.ts";
import { runsOf, timeoutMs, together } from "./runs.ts";

const INPUTS = 200;

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge[Symbol.asyncDispose]());

async function checkStored(deviceId: string, message: MeasurementBody): Promise<void> {
  const [item, ...others] = await edge.items(deviceId);
  expect(others).toEqual([]);
  const { value, unit: _, ...attributes } = item ?? {};
  const texts = Object.entries(attributes).map(([name, { S, N }]) => [name, S ?? N]);
  expect(Object.fromEntries(texts)).toMatchObject(itemOf(deviceId, message));
  if (!isEqual(value?.N ?? "none", message.value))
    expect.fail(`stored as ${value?.N}, sent as ${message.value}`);
}

it(
  "stores any message to the last digit or quarantines it as it is, with its reason (invariants 1, 4, 6)",
  async () => {
    const sendable: fc.Arbitrary<Body> = body.filter((one) => isSendable(one.text("")));
    await fc.assert(
      fc.asyncProperty(together(sendable), async (bodies) => {
        await edge.empty();
        const sent = bodies.map((one) => ({ one, deviceId: edge.newDeviceId() }));
        await sendAll(
          edge.sqs,
          edge.queueUrl,
          sent.map(({ one, deviceId }) => one.text(deviceId)),
        );
        expect(await edge.drain()).toEqual([]);
        const dead = (await edge.dead()).map(({ Body, MessageAttributes }) => ({
          body: Body,
          reason: MessageAttributes?.failure_reason?.StringValue,
        }));
        const poison = sent.flatMap(({ one, deviceId }) =>
          one.kind === "poison" ? [{ body: one.text(deviceId), reason: one.reason }] : [],
        );
        expect(dead.map((one) => JSON.stringify(one)).sort()).toEqual(
          poison.map((one) => JSON.stringify(one)).sort(),
        );
        for (const { one, deviceId } of sent) {
          if (one.kind === "measurement") await checkStored(deviceId, one);
          else expect(await edge.items(deviceId)).toEqual([]);
        }
        edge.logged();
      }),
      runsOf(INPUTS),
    );
  },
  timeoutMs(INPUTS),
);

it("quarantines a message nested deeper than the stack as invalid, not as something other than JSON", async () => {
  await edge.empty();
  await sendAll(edge.sqs, edge.queueUrl, [`${"[".repeat(100_000)}1e1${"]".repeat(100_000)}`]);
  expect(await edge.drain()).toEqual([]);
  const [message] = await edge.dead();
  expect(message?.MessageAttributes).toMatchObject({
    failure_reason: { StringValue: "invalid_message" },
    failure_detail: { StringValue: "is nested too deeply" },
  });
});
