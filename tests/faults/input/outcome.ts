import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Message } from "@aws-sdk/client-sqs";
import type { DeviceState } from "@energylive/core/device/state";
import { expect } from "vitest";

import type { Element, Measured } from "./elements.ts";
import { instantOf, isEqual } from "./exact.ts";
import type { Answer } from "./responses.ts";

/** What is left of a poll: in the tables and in the dead-letter queue. */
export interface Outcome {
  state: DeviceState;
  items: readonly Record<string, AttributeValue>[];
  dead: readonly Message[];
}

/** How a poll may fail because of what the API answered. */
const FAILURES = ["invalid_response", "response_too_large"];

/** Above this number, invalid elements share one message. */
const QUARANTINED_ONE_BY_ONE = 50;

/** A measurement further ahead than this is quarantined. */
const MAX_AHEAD_MS = 86_400_000;

/**
 * Whether everything of an answer ended well: all of it in a named error, or each element stored with equal time and
 * value or quarantined with a reason.
 */
export function checkOutcome(answer: Answer, { state, items, dead }: Outcome): void {
  if (answer.elements === undefined) {
    expect(FAILURES).toContain(state.last_error?.code);
    expect({ failures: state.consecutive_failures, items, dead }).toEqual({
      failures: 1,
      items: [],
      dead: [],
    });
    return;
  }
  expect(state.last_error).toBeUndefined();
  expect(state.last_success_at).toBeDefined();
  const sorted = sort(answer.elements);
  checkStored(sorted.measurements, items);
  checkDead(sorted, dead);
}

interface Sorted {
  /** By what makes two of them the same. */
  measurements: Map<string, Measured[]>;
  /** Those dated too far ahead to be true, likewise. */
  ahead: Map<string, Measured[]>;
  /** The texts of everything else. */
  others: Set<string>;
}

function sort(elements: readonly Element[]): Sorted {
  const sorted: Sorted = { measurements: new Map(), ahead: new Map(), others: new Set() };
  for (const element of elements) {
    if (element.kind === "none") sorted.others.add(element.text);
    else {
      const instant = instantOf(element.timestamp);
      const identity = `${instant}#${element.type}`;
      const kind = Number(instant) > Date.now() + MAX_AHEAD_MS ? sorted.ahead : sorted.measurements;
      kind.set(identity, [...(kind.get(identity) ?? []), element]);
    }
  }
  return sorted;
}

function checkStored(
  measurements: ReadonlyMap<string, readonly Measured[]>,
  items: readonly Record<string, AttributeValue>[],
): void {
  const stored = new Map(items.map((item) => [`${item.timestamp?.N}#${item.measurement_type?.S}`, item]));
  expect([...stored.keys()].sort()).toEqual([...measurements.keys()].sort());
  for (const [identity, [first]] of measurements) {
    const item = stored.get(identity);
    expect(item?.measurement_key?.S).toBe(identity);
    expect(item?.iso_timestamp?.S).toBe(new Date(Number(item?.timestamp?.N)).toISOString());
    const value = item?.value?.N ?? "none";
    // Of two values for one instant the first one goes through.
    if (first === undefined || !isEqual(value, first.value))
      expect.fail(`${identity} is stored as ${value}, was sent as ${first?.value}`);
  }
}

/** Each in a message of its own, or in the one that the elements beyond the limit share. */
function checkDead({ measurements, ahead, others }: Sorted, dead: readonly Message[]): void {
  for (const { MessageAttributes } of dead) {
    expect(MessageAttributes).toMatchObject({
      failure_reason: {
        StringValue: expect.stringMatching(/^(invalid_element|implausible_time|conflicting_value)$/),
      },
      failure_detail: { StringValue: expect.stringMatching(/./) },
      failed_in: { StringValue: "fetcher" },
      failed_at: { StringValue: expect.stringMatching(/^\d{4}-.*Z$/) },
    });
  }
  const invalid = dead.filter((message) => reasonOf(message) === "invalid_element").map(envelopeOf);
  const conflicts = [...measurements.values()].filter(isConflicting).length;
  const isShared = others.size + conflicts + ahead.size > QUARANTINED_ONE_BY_ONE;
  for (const text of others) {
    const kept = invalid.some(
      ({ element, element_truncated_from_characters: whole }) =>
        element === text ||
        (whole !== undefined && (text.startsWith(element) || isShared)) ||
        (isShared && element.includes(text)),
    );
    if (!kept) expect.fail(`gone: ${text.slice(0, 500)}`);
  }
  if (isShared) return;
  expect(invalid).toHaveLength(others.size);
  const tooEarly = dead.filter((message) => reasonOf(message) === "implausible_time").map(identityOf);
  expect([...new Set(tooEarly)].sort()).toEqual([...ahead.keys()].sort());
  const conflicting = dead.filter((message) => reasonOf(message) === "conflicting_value");
  expect(conflicting.length).toBeGreaterThanOrEqual(conflicts);
  if (conflicts === 0) expect(conflicting).toEqual([]);
}

function identityOf({ Body = "" }: Message): string {
  const { timestamp, measurement_type } = JSON.parse(Body);
  return `${timestamp}#${measurement_type}`;
}

function isConflicting([first, ...others]: readonly Measured[]): boolean {
  return others.some(({ value }) => !isEqual(value, first?.value ?? "0"));
}

function reasonOf({ MessageAttributes }: Message): string | undefined {
  return MessageAttributes?.failure_reason?.StringValue;
}

interface Envelope {
  device_id: string;
  /** The element's text, from its beginning. */
  element: string;
  /** There when it was too long for a message. */
  element_truncated_from_characters?: number;
}

export function envelopeOf({ Body = "" }: Message): Envelope {
  return JSON.parse(Body);
}
