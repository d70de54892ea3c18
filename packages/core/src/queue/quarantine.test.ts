import { describe, expect, it } from "vitest";

import { createQuarantine, elementEnvelope, type Poison } from "./quarantine.ts";
import type { QueueMessage } from "./sender.ts";

const NOW = Date.parse("2026-11-24T12:00:00.000Z");
const KIB = 1024;

async function quarantined(poison: Partial<Poison>): Promise<QueueMessage> {
  const sent: QueueMessage[] = [];
  const quarantine = createQuarantine({
    dlq: { send: async (message) => void sent.push(message), flush: () => {} },
    clock: { now: () => NOW, sleep: async () => {} },
    failedIn: "consumer",
  });
  await quarantine({ reason: "invalid_json", detail: "no JSON", body: "{", ...poison });
  const [message] = sent;
  if (message === undefined) throw new TypeError("nothing was sent");
  return message;
}

describe("what is quarantined", () => {
  it("carries the reason in the attributes of the contract", async () => {
    expect(await quarantined({ reason: "unknown_version", detail: "v is 2", body: "{}" })).toEqual({
      body: "{}",
      attributes: {
        failure_reason: "unknown_version",
        failure_detail: "v is 2",
        failed_at: "2026-11-24T12:00:00.000Z",
        failed_in: "consumer",
      },
    });
  });

  it("keeps every character that SQS takes, and escapes the others", async () => {
    const legal = "\t\n\r ~\u00e4\ud7ff\ue000\ufffd\u{10000}\u{10ffff}";
    expect((await quarantined({ body: legal, detail: legal })).body).toBe(legal);
    const illegal = "\u0000\u0008\u000b\u001f\ufffe\uffff\ud800";
    const escaped = "\\u0000\\u0008\\u000b\\u001f\\ufffe\\uffff\\ud800";
    const { body, attributes } = await quarantined({ body: illegal, detail: illegal });
    expect([body, attributes?.failure_detail]).toEqual([escaped, escaped]);
  });

  it("sends something even for an empty text, which SQS does not take", async () => {
    const { body, attributes } = await quarantined({ body: "", detail: "" });
    expect([body, attributes?.failure_detail]).toEqual(["(empty)", "(none)"]);
  });

  it("limits the detail to a thousand whole characters", async () => {
    const exact = await quarantined({ detail: "x".repeat(1_000) });
    expect(exact.attributes?.failure_detail).toHaveLength(1_000);
    const longer = await quarantined({ detail: `${"x".repeat(999)}\u{1f600}` });
    expect(longer.attributes?.failure_detail).toBe(`${"x".repeat(999)}\ufffd`);
  });

  it("cuts a body that would leave no space for its reason, and not through a character", async () => {
    const limit = 1024 * KIB - 8 * KIB;
    const whole = await quarantined({ body: "x".repeat(limit) });
    expect(whole.body).toHaveLength(limit);
    const cut = await quarantined({ body: "x".repeat(limit + 1) });
    expect(cut.body).toBe("x".repeat(limit - 3));
    const wide = await quarantined({ body: "\u20ac".repeat(limit / 2) });
    expect(Buffer.byteLength(wide.body)).toBeLessThanOrEqual(limit);
    expect(wide.body).toMatch(/^\u20ac+\ufffd?$/);
  });
});

describe("the envelope of an element", () => {
  it("keeps an element's text as it was sent, in characters that every queue takes", () => {
    const raw = '{"measurement":"\u{1f600}",  "value":1.50}';
    const envelope = elementEnvelope("I-10082023-01658401", "2026-11-24T12:00:00.000Z", raw);
    expect(envelope).not.toMatch(/[\ud800-\udfff]/);
    expect(JSON.parse(envelope)).toEqual({
      device_id: "I-10082023-01658401",
      collection_time: "2026-11-24T12:00:00.000Z",
      element: raw,
    });
  });

  it("keeps the start of an element that is too large, and its length", () => {
    // With its two quotes just as large as allowed, and one more.
    const largest = "x".repeat(200 * KIB - 2);
    expect(JSON.parse(elementEnvelope("I", "T", largest)).element).toBe(largest);
    const raw = `${largest}x`;
    expect(JSON.parse(elementEnvelope("I", "T", raw))).toEqual({
      device_id: "I",
      collection_time: "T",
      element: raw.slice(0, (200 * KIB) / 6),
      element_truncated_from_characters: raw.length,
    });
    const hostile = elementEnvelope("I", "T", "\ud800".repeat(200 * KIB));
    expect(Buffer.byteLength(hostile)).toBeLessThan(201 * KIB);
  });
});
