import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";

import { type Edge, startEdge } from "./edge.ts";
import { type EventRecord, eventRecord, noEvent } from "./events.ts";
import { isEqual } from "./exact.ts";
import { runsOf, timeoutMs, together } from "./runs.ts";

const INPUTS = 100;

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge[Symbol.asyncDispose]());

interface Sent extends EventRecord {
  deviceId: string;
  text: string;
}

function eventOf(sent: readonly Sent[]): unknown {
  return {
    Records: sent.flatMap(({ text, receiveCount, copies }, index) =>
      Array.from({ length: copies }, (_, copy) => ({
        messageId: `${index}-${copy}`,
        receiptHandle: `handle ${index} ${copy}`,
        body: text,
        attributes: receiveCount === undefined ? {} : { ApproximateReceiveCount: receiveCount },
      })),
    ),
  };
}

it(
  "stores each record of an event once or quarantines it with a reason, whatever it contains (invariants 1, 2, 6)",
  async () => {
    await fc.assert(
      fc.asyncProperty(together(eventRecord), async (records) => {
        await edge.empty();
        const sent = records.map((record): Sent => {
          const deviceId = edge.newDeviceId();
          return { ...record, deviceId, text: record.body.text(deviceId) };
        });
        expect(await edge.consume(eventOf(sent))).toEqual({ batchItemFailures: [] });
        const dead = (await edge.dead()).map(
          ({ MessageAttributes }) => MessageAttributes?.failure_reason?.StringValue,
        );
        const poison = sent.flatMap(({ body, copies }) =>
          body.kind === "poison" ? Array.from({ length: copies }, () => body.reason) : [],
        );
        expect(dead.sort()).toEqual(poison.sort());
        for (const { deviceId, body } of sent) {
          const items = await edge.items(deviceId);
          expect(items).toHaveLength(body.kind === "measurement" ? 1 : 0);
          if (body.kind === "measurement")
            expect(isEqual(items[0]?.value?.N ?? "none", body.value)).toBe(true);
        }
        edge.logged();
      }),
      runsOf(INPUTS),
    );
  },
  timeoutMs(INPUTS),
);

it(
  "names what is wrong with an event of another form, and writes nothing",
  async () => {
    await edge.empty();
    await fc.assert(
      fc.asyncProperty(noEvent, async (event) => {
        const refused = await edge.consume(event).then(
          () => undefined,
          (error: unknown) => error,
        );
        expect(refused).toMatchObject({
          name: "ConfigurationError",
          message: expect.stringContaining("event"),
        });
      }),
      runsOf(INPUTS),
    );
    expect(await edge.dead()).toEqual([]);
  },
  timeoutMs(INPUTS),
);

it("names what is missing in an event without records, which once ended in a TypeError", async () => {
  await expect(edge.consume({})).rejects.toThrow(
    /the function's event does not come from an SQS queue: Records/,
  );
});
