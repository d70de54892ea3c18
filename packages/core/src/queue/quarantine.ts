import type { Clock } from "../clock.ts";
import { plainJson } from "../json.ts";
import type { NO_REASON } from "./dead-letter.ts";
import type { KnownReason } from "./reasons.ts";
import type { QueueSender } from "./sender.ts";

/** A message attribute counts towards the message's size, and a person reads the detail: keep it short. */
const MAX_DETAIL_LENGTH = 1_000;

/** Leaves space for attributes and envelope below SQS's smallest limit of 256 KiB. */
const MAX_BODY_BYTES = 200 * 1024;

/** What XML 1.0, and so SQS, does not allow. */
const NOT_IN_SQS = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** Why something can never be stored: a short stable code, kept in `failure_reason`. */
export type FailureReason = Exclude<KnownReason, typeof NO_REASON>;

export interface Poison {
  reason: FailureReason;
  /** In words, for the person who fixes it. */
  detail: string;
  body: string;
}

/** Sends what can never succeed straight to the DLQ, with its reason. Resolves once SQS has accepted it. */
export type Quarantine = (poison: Poison) => Promise<void>;

/** SQS's limit for a message with its attributes. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** Space for the attributes: a detail of a thousand characters, and the rest. */
const ATTRIBUTES_BYTES = 8 * 1024;

export function createQuarantine(options: {
  dlq: QueueSender;
  clock: Clock;
  failedIn: "fetcher" | "consumer" | "profiler" | "import" | "live";
}): Quarantine {
  const { dlq, clock, failedIn } = options;
  return (poison) =>
    dlq.send({
      body: sendable(poison.body),
      attributes: {
        failure_reason: poison.reason,
        failure_detail: detail(poison.detail),
        failed_at: new Date(clock.now()).toISOString(),
        failed_in: failedIn,
      },
    });
}

/**
 * The body of an element that the fetcher quarantines. `element` is its text as the API sent it, as a string, so nothing of
 * it is interpreted or lost.
 */
export function elementEnvelope(deviceId: string | undefined, collectionTime: string, raw: string): string {
  const bytes = Buffer.byteLength(JSON.stringify(raw));
  if (bytes <= MAX_BODY_BYTES) {
    return plainJson(JSON.stringify({ device_id: deviceId, collection_time: collectionTime, element: raw }));
  }
  const element = raw.slice(0, MAX_BODY_BYTES / MAX_BYTES_PER_CHARACTER);
  const element_truncated_from_characters = raw.length;
  return plainJson(
    JSON.stringify({
      device_id: deviceId,
      collection_time: collectionTime,
      element,
      element_truncated_from_characters,
    }),
  );
}

/** One UTF-16 unit in JSON takes at most a backslash, a `u` and four hexadecimal digits. */
const MAX_BYTES_PER_CHARACTER = 6;

/** The body in characters that SQS takes, cut if it would leave no space for the reason. */
function sendable(body: string): string {
  const legal = body === "" ? "(empty)" : body.replace(NOT_IN_SQS, escaped);
  const bytes = Buffer.from(legal);
  const limit = MAX_MESSAGE_BYTES - ATTRIBUTES_BYTES;
  if (bytes.length <= limit) return legal;
  // The decoder replaces a character that the cut splits by U+FFFD, which has three bytes.
  return bytes.subarray(0, limit - 3).toString("utf8");
}

function detail(text: string): string {
  const legal = text.replace(NOT_IN_SQS, escaped).slice(0, MAX_DETAIL_LENGTH).toWellFormed();
  return legal === "" ? "(none)" : legal;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
