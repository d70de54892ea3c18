import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Edge, startEdge } from "./edge.ts";
import { checkOutcome, envelopeOf } from "./outcome.ts";
import { type Answer, answer } from "./responses.ts";
import { runsOf, timeoutMs, together } from "./runs.ts";

const INPUTS = 200;

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge[Symbol.asyncDispose]());

/** Polls a device of its own for each answer, all in one run, and has what they bring stored. */
async function collect(answers: readonly Answer[]) {
  await edge.empty();
  const devices = answers.map((one) => ({ deviceId: edge.newDeviceId(), answer: one }));
  await edge.put(devices.map(({ deviceId }) => ({ device_id: { S: deviceId } })));
  for (const device of devices) edge.api.answers.set(device.deviceId, device.answer.bytes);
  const result = await edge.fetch({ device_ids: devices.map(({ deviceId }) => deviceId) });
  const back = await edge.drain();
  const dead = Map.groupBy(await edge.dead(), (message) => envelopeOf(message).device_id);
  const outcomes = await Promise.all(
    devices.map(async ({ deviceId, answer: given }) => ({
      answer: given,
      outcome: {
        state: await edge.state(deviceId),
        items: await edge.items(deviceId),
        dead: dead.get(deviceId) ?? [],
      },
    })),
  );
  for (const { deviceId } of devices) edge.api.answers.delete(deviceId);
  return { result, back, outcomes };
}

/** One answer, in bytes, to one device. */
async function collectOne(bytes: Buffer) {
  const [found] = (await collect([{ bytes, elements: undefined }])).outcomes;
  if (found === undefined) throw new TypeError("a poll without an outcome");
  const { items, dead, state } = found.outcome;
  return { items, state, elements: dead.map((message) => envelopeOf(message).element) };
}

it(
  "stores any API response to the last digit, quarantines it with a reason, or names an error (invariants 1, 4, 5, 6)",
  async () => {
    await fc.assert(
      fc.asyncProperty(together(answer), async (answers) => {
        const { result, back, outcomes } = await collect(answers);
        const failed = answers.filter(({ elements }) => elements === undefined).length;
        expect(result).toMatchObject({ polled: answers.length - failed, failed, skipped: 0, deferred: 0 });
        expect(back).toEqual([]);
        for (const { answer: given, outcome } of outcomes) checkOutcome(given, outcome);
        edge.logged();
        expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      }),
      runsOf(INPUTS),
    );
  },
  timeoutMs(INPUTS),
);

describe("what broke before", () => {
  it("quarantines a timestamp with a fraction that a double cannot hold, which was once rounded", async () => {
    const texts = ["999999999999.9999999999", "1726559995000.00000000000000000000001"];
    const elements = texts.map((text) => `{"measurement":"a","timestamp":${text},"value":1}`);
    const found = await collectOne(Buffer.from(`[${elements.join(",")}]`));
    expect(found.items).toEqual([]);
    expect(found.elements.sort()).toEqual(elements.sort());
  });

  it("keeps two types apart that differ in bytes that are not UTF-8", async () => {
    const named = (byte: number) => [
      Buffer.from('{"measurement":"'),
      Buffer.from([0x61, byte]),
      Buffer.from('","timestamp":1726559995000,"value":1}'),
    ];
    const good = '{"measurement":"b","timestamp":1726559995000,"value":1}';
    const comma = Buffer.from(",");
    const { items, elements } = await collectOne(
      Buffer.concat([Buffer.from("["), ...named(0xff), comma, ...named(0xfe), Buffer.from(`,${good}]`)]),
    );
    expect(items.map(({ measurement_type }) => measurement_type?.S)).toEqual(["b"]);
    expect(elements).toEqual([expect.stringContaining("a\ufffd")]);
  });
});
