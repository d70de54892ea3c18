import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs";

/** The reason of a message without one: SQS moved it after the last receive it allows. */
export const NO_REASON = "none";

/** A message of the dead-letter queue. */
export interface DeadLetter {
  messageId: string;
  body: string;
  /** `failure_reason`, or `none`. */
  reason: string;
  detail: string | undefined;
  /** Epoch milliseconds: when it was quarantined, or first sent. */
  seenAt: number;
  failedIn: string | undefined;
  /** The device it concerns, if its body says so. */
  deviceId: string | undefined;
  receiveCount: number;
  attributes: Record<string, MessageAttributeValue>;
}

/** The messages that failed for one reason. */
export interface DeadLetterGroup {
  reason: string;
  count: number;
  /** Epoch milliseconds. */
  firstSeenAt: number;
  lastSeenAt: number;
  devices: Set<string>;
  /** The detail of the first message, as an example. */
  detail: string | undefined;
}

export function deadLetter(message: Message): DeadLetter {
  const attributes = message.MessageAttributes ?? {};
  const text = (name: string) => attributes[name]?.StringValue;
  const failedAt = Date.parse(text("failed_at") ?? "");
  return {
    messageId: message.MessageId ?? "",
    body: message.Body ?? "",
    reason: text("failure_reason") ?? NO_REASON,
    detail: text("failure_detail"),
    seenAt: Number.isNaN(failedAt) ? Number(message.Attributes?.SentTimestamp ?? 0) : failedAt,
    failedIn: text("failed_in"),
    deviceId: deviceOf(message.Body ?? ""),
    receiveCount: Number(message.Attributes?.ApproximateReceiveCount ?? 0),
    attributes,
  };
}

/** A message for programs: in the command's JSON and in the dashboard's API. */
export function letterJson(letter: DeadLetter): Record<string, unknown> {
  return {
    message_id: letter.messageId,
    reason: letter.reason,
    detail: letter.detail,
    failed_in: letter.failedIn,
    seen_at: new Date(letter.seenAt).toISOString(),
    device_id: letter.deviceId,
    receive_count: letter.receiveCount,
    body: letter.body,
    attributes: Object.fromEntries(
      Object.entries(letter.attributes).map(([name, { StringValue }]) => [name, StringValue ?? "(binary)"]),
    ),
  };
}

/** Adds a message to the group of its reason. */
export function addToGroups(groups: Map<string, DeadLetterGroup>, letter: DeadLetter): void {
  const group = groups.get(letter.reason);
  if (group === undefined) {
    groups.set(letter.reason, {
      reason: letter.reason,
      count: 1,
      firstSeenAt: letter.seenAt,
      lastSeenAt: letter.seenAt,
      devices: new Set(letter.deviceId === undefined ? [] : [letter.deviceId]),
      detail: letter.detail,
    });
    return;
  }
  group.count += 1;
  group.firstSeenAt = Math.min(group.firstSeenAt, letter.seenAt);
  group.lastSeenAt = Math.max(group.lastSeenAt, letter.seenAt);
  if (letter.deviceId !== undefined) group.devices.add(letter.deviceId);
}

function deviceOf(body: string): string | undefined {
  try {
    const json: unknown = JSON.parse(body);
    if (typeof json !== "object" || json === null || !("device_id" in json)) return undefined;
    return typeof json.device_id === "string" ? json.device_id : undefined;
  } catch {
    return undefined;
  }
}
