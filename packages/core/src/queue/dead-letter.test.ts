import type { Message } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";

import { addToGroups, type DeadLetterGroup, deadLetter, letterJson } from "./dead-letter.ts";

const attribute = (StringValue: string) => ({ DataType: "String", StringValue });

const QUARANTINED: Message = {
  MessageId: "m1",
  Body: '{"device_id":"I-1","element":"7"}',
  Attributes: { SentTimestamp: "1700000000000", ApproximateReceiveCount: "3" },
  MessageAttributes: {
    failure_reason: attribute("invalid_element"),
    failure_detail: attribute("is not a JSON object"),
    failed_at: attribute("2026-11-24T12:00:00.000Z"),
    failed_in: attribute("fetcher"),
  },
};

describe("a dead letter", () => {
  it("reads a message with its reason", () => {
    expect(deadLetter(QUARANTINED)).toEqual({
      messageId: "m1",
      body: QUARANTINED.Body,
      reason: "invalid_element",
      detail: "is not a JSON object",
      seenAt: Date.parse("2026-11-24T12:00:00.000Z"),
      failedIn: "fetcher",
      deviceId: "I-1",
      receiveCount: 3,
      attributes: QUARANTINED.MessageAttributes,
    });
  });

  it("gives a message that SQS moved the reason none and the time it was sent", () => {
    const { MessageAttributes: _, ...moved } = QUARANTINED;
    expect(deadLetter(moved)).toMatchObject({
      reason: "none",
      detail: undefined,
      failedIn: undefined,
      seenAt: 1_700_000_000_000,
      attributes: {},
    });
    expect(deadLetter({})).toMatchObject({ messageId: "", body: "", seenAt: 0, receiveCount: 0 });
  });

  it.each(["no JSON", "null", "7", '"device_id"', "{}", '{"device_id":7}'])(
    "names no device when the body names none: %s",
    (Body) => {
      expect(deadLetter({ Body }).deviceId).toBeUndefined();
    },
  );

  it("writes a message as JSON", () => {
    const binary = { ...QUARANTINED.MessageAttributes, raw: { DataType: "Binary" } };
    expect(letterJson(deadLetter({ ...QUARANTINED, MessageAttributes: binary }))).toEqual({
      message_id: "m1",
      reason: "invalid_element",
      detail: "is not a JSON object",
      failed_in: "fetcher",
      seen_at: "2026-11-24T12:00:00.000Z",
      device_id: "I-1",
      receive_count: 3,
      body: QUARANTINED.Body,
      attributes: {
        failure_reason: "invalid_element",
        failure_detail: "is not a JSON object",
        failed_at: "2026-11-24T12:00:00.000Z",
        failed_in: "fetcher",
        raw: "(binary)",
      },
    });
  });

  it("counts messages by reason, with their devices and first and last time", () => {
    const groups = new Map<string, DeadLetterGroup>();
    const letter = deadLetter(QUARANTINED);
    const at = (seenAt: number, deviceId: string | undefined, detail = "later") => ({
      ...letter,
      seenAt,
      deviceId,
      detail,
    });
    for (const found of [
      at(50, undefined, "first"),
      at(90, "a"),
      at(10, "b"),
      at(60, "a"),
      at(55, undefined),
    ])
      addToGroups(groups, found);
    addToGroups(groups, { ...at(1, "c"), reason: "none" });
    expect([...groups.values()]).toEqual([
      {
        reason: "invalid_element",
        count: 5,
        firstSeenAt: 10,
        lastSeenAt: 90,
        devices: new Set(["a", "b"]),
        detail: "first",
      },
      { reason: "none", count: 1, firstSeenAt: 1, lastSeenAt: 1, devices: new Set(["c"]), detail: "later" },
    ]);
  });
});
