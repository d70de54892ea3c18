import { isEqual } from "../input/exact.ts";
import {
  type Accepted,
  type Evidence,
  identityOf,
  type MessageBody,
  readElement,
  readJson,
  readMessage,
  type Served,
  type StoredItem,
} from "./evidence.ts";
import { isRightReason } from "./reasons.ts";
import { whyUnpublished } from "./unpublished.ts";

/** What became of every measurement. The lists of findings are empty when nothing went wrong. */
export interface Account {
  served: number;
  accepted: number;
  stored: number;
  dead: number;
  queued: number;
  /** Served, but never accepted by SQS: by the reason that the run gives for it. */
  unpublished: Record<string, number>;
  /**
   * Accepted by SQS, and replaced by another value for the same time that was accepted too. A fetcher that was killed, or
   * whose state or sending failed, between the two cannot remember the first one, so it publishes the second.
   */
  superseded: number;
  /** Accepted by SQS, and now neither stored nor in the DLQ nor queued. */
  lost: string[];
  /** One measurement in two items. */
  doubled: string[];
  /** Stored other than it was sent. */
  altered: string[];
  /** Served in an answer that came through whole, and never accepted by SQS, without a reason. */
  dropped: string[];
  /** Stored but never served, dead without the right reason, … */
  unexplained: string[];
}

/** Accounts for each measurement that was served or accepted. */
export function account(evidence: Evidence): Account {
  const messages = evidence.accepted.flatMap(measurementOf);
  const served = servedBy(evidence);
  const findings = { lost: [], doubled: [], altered: [], dropped: [], unexplained: [] };
  const result: Account = {
    served: served.size,
    accepted: new Set(messages.map(identityOf)).size,
    stored: evidence.stored.length,
    dead: evidence.dead.length,
    queued: evidence.queued.length,
    unpublished: {},
    superseded: 0,
    ...findings,
  };
  checkAccepted(evidence, messages, result);
  checkStored(evidence, messages, served, result);
  checkDead(evidence, served, result);
  checkServed(evidence, served, result);
  return result;
}

/** The line that a run ends with. */
export function summary({ lost, doubled, altered, dropped, unexplained }: Account): string {
  return `lost ${lost.length}, doubled ${doubled.length}, altered ${altered.length}, dropped ${dropped.length}, unexplained ${unexplained.length}`;
}

function measurementOf({ queue, body }: Accepted): MessageBody[] {
  const message = queue === "measurements" ? readMessage(body) : undefined;
  return message === undefined ? [] : [message];
}

/** The values that were served, by measurement; a conflicting answer has two of one. */
function servedBy(evidence: Evidence): Map<string, Set<number>> {
  const served = new Map<string, Set<number>>();
  for (const { deviceId, body } of evidence.answers) {
    for (const measurement of measurementsOf(deviceId, body)) {
      const identity = identityOf(measurement);
      const values = served.get(identity) ?? new Set();
      served.set(identity, values.add(measurement.value));
    }
  }
  return served;
}

function measurementsOf(deviceId: string, body: string): Served[] {
  const json = readJson(body);
  if (!Array.isArray(json)) return [];
  return json.flatMap((element) => readElement(deviceId, element) ?? []);
}

/** Invariant 1: what SQS accepted is stored, dead or queued. */
function checkAccepted(evidence: Evidence, messages: readonly MessageBody[], result: Account): void {
  const there = new Set(
    [...evidence.queued, ...evidence.dead.map(({ body }) => body)].map((body) => bodyIdentity(body)),
  );
  for (const item of evidence.stored) there.add(itemIdentity(item));
  const missing = messages.filter((message) => !there.has(withValue(message)));
  const isSuperseded = missing.length === 0 ? () => false : supersededBy(evidence);
  const superseded = missing.filter(isSuperseded);
  result.superseded = new Set(superseded.map(withValue)).size;
  for (const message of missing) if (!isSuperseded(message)) result.lost.push(describe(message));
  const kept = new Set([...evidence.queued, ...evidence.dead.map(({ body }) => body)]);
  for (const { queue, body } of evidence.accepted) {
    // A message that is not a measurement cannot be stored, so it must be somewhere unchanged.
    const isMeasurement = queue === "measurements" && readMessage(body) !== undefined;
    if (!isMeasurement && !kept.has(body)) result.lost.push(`a message for ${queue}: ${body.slice(0, 200)}`);
  }
  result.lost = [...new Set(result.lost)];
}

/** Whether another value for the time of a message was accepted, and the fetcher may have forgotten the first of them. */
function supersededBy(evidence: Evidence): (message: MessageBody) => boolean {
  const acceptances = evidence.accepted.flatMap(({ queue, body, at }) =>
    measurementOf({ queue, body, at }).map((message) => ({ message, at })),
  );
  const byMeasurement = Map.groupBy(acceptances, ({ message }) => identityOf(message));
  return (message) => {
    const all = byMeasurement.get(identityOf(message)) ?? [];
    const from = Math.min(...all.map(({ at }) => at));
    const others = all.filter(
      (other) => other.message.value !== all.find(({ at }) => at === from)?.message.value,
    );
    const to = Math.min(...others.map(({ at }) => at));
    const isBetween = (at: number) => from <= at && at <= to;
    const isOfDevice = ({ deviceId, at }: { deviceId: string; at: number }) =>
      deviceId === message.deviceId && isBetween(at);
    return (
      others.length > 0 &&
      (evidence.runs.some((run) => !run.isFinished && isBetween(run.endedAt)) ||
        evidence.unsavedStates.some(isOfDevice) ||
        evidence.failedPolls.some(isOfDevice))
    );
  };
}

/** Invariants 3 and 4: one item for each measurement, equal to the message and to what was served. */
function checkStored(
  evidence: Evidence,
  messages: readonly MessageBody[],
  served: ReadonlyMap<string, ReadonlySet<number>>,
  result: Account,
): void {
  const sent = Map.groupBy(messages, identityOf);
  const seen = new Set<string>();
  for (const item of evidence.stored) {
    const stored = {
      deviceId: item.device_id ?? "",
      type: item.measurement_type ?? "",
      timestamp: Number(item.timestamp),
    };
    const identity = identityOf(stored);
    const name = `${identity} = ${item.value}`;
    if (seen.has(identity)) result.doubled.push(name);
    seen.add(identity);
    const candidates = sent.get(identity) ?? [];
    const values = served.get(identity);
    if (candidates.length === 0 && values === undefined)
      result.unexplained.push(`stored, never served: ${name}`);
    else if (candidates.length === 0) result.unexplained.push(`stored, never accepted by SQS: ${name}`);
    else if (values === undefined) result.unexplained.push(`accepted and stored, never served: ${name}`);
    else if (!values.has(Number(item.value)))
      result.altered.push(`${name}, served ${[...values].join(" and ")}`);
    else if (!candidates.some((message) => isItemOf(item, message)))
      result.altered.push(`${name}: not the item of its message: ${JSON.stringify(item)}`);
  }
}

const SECONDS_PER_DAY = 86_400;

/** The item of a message, computed independently. */
function isItemOf(item: StoredItem, message: MessageBody): boolean {
  return (
    item.measurement_key === `${message.timestamp}#${message.type}` &&
    item.iso_timestamp === new Date(message.timestamp).toISOString() &&
    isSame(item.value ?? "", message.value) &&
    item.collection_time === message.collectionTime &&
    Number(item.ttl) === Math.floor(message.timestamp / 1000) + message.retentionDays * SECONDS_PER_DAY
  );
}

/** To the last digit: a double would not show a change behind its seventeenth. */
function isSame(stored: string, sent: number): boolean {
  return Number(stored) === sent && isEqual(stored, String(sent));
}

/** Invariant 6: what is dead is there for a reason of its own. */
function checkDead(
  evidence: Evidence,
  served: ReadonlyMap<string, ReadonlySet<number>>,
  result: Account,
): void {
  for (const dead of evidence.dead) {
    if (!isRightReason(dead, served))
      result.unexplained.push(`dead for ${dead.reason ?? "no reason"}: ${dead.body.slice(0, 300)}`);
  }
}

/** What the API served was accepted, or the run says why not. */
function checkServed(
  evidence: Evidence,
  served: ReadonlyMap<string, ReadonlySet<number>>,
  result: Account,
): void {
  for (const witness of evidence.served) {
    if (served.get(identityOf(witness))?.has(witness.value) !== true)
      result.unexplained.push(`served, but in no answer: ${describe(witness)}`);
  }
  for (const { measurement, reason, circumstances } of whyUnpublished(evidence, measurementsOf)) {
    if (reason === undefined) result.dropped.push(`${describe(measurement)} (${circumstances})`);
    else result.unpublished[reason] = (result.unpublished[reason] ?? 0) + 1;
  }
}

function itemIdentity(item: StoredItem): string {
  const { device_id: deviceId = "", measurement_type: type = "" } = item;
  return withValue({ deviceId, type, timestamp: Number(item.timestamp), value: Number(item.value) });
}

function bodyIdentity(body: string): string {
  const message = readMessage(body);
  return message === undefined ? body : withValue(message);
}

function withValue(measurement: Served): string {
  return `${identityOf(measurement)}=${measurement.value}`;
}

function describe({ deviceId, type, timestamp, value }: Served): string {
  return `${deviceId} ${type} at ${timestamp} = ${value}`;
}
