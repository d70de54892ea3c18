import type { SQSClient } from "@aws-sdk/client-sqs";

import { ALERT_EVENTS, type AlertEvent, type AlertStore } from "../alert/store.ts";
import type { Clock } from "../clock.ts";
import type { Device } from "../device/device.ts";
import type { DeviceStore } from "../device/store.ts";
import type { Log } from "../log.ts";
import { DiscardedMessages } from "../queue/discarded.ts";
import { createQuarantine } from "../queue/quarantine.ts";
import type { ReceivedMessage } from "../queue/received.ts";
import type { QueueSender } from "../queue/sender.ts";
import { stretchVisibility } from "../queue/visibility.ts";
import type { Channel, ChannelStore, ParsedChannel } from "./channel.ts";
import { ChannelError } from "./channel-error.ts";
import { type Claimed, deliveriesOf, timeOf } from "./deliveries.ts";
import { type EventMessage, parseEvent } from "./message.ts";
import { joinedNotification } from "./notification.ts";
import type { Send } from "./send.ts";

/** More than so many at once are one message to a person. */
const MOST_AT_ONCE = 5;

/** So long a channel is tried that fails for a reason that may pass. */
const LONGEST_TRIED_MS = 86_400_000;

/** While another profiler tells of the same alert. */
const BUSY_REST_SECONDS = 10;

/** SQS's longest visibility timeout. */
const LONGEST_REST_SECONDS = 12 * 3_600;

export interface TellingContext {
  alerts: Pick<AlertStore, "claim" | "told" | "release">;
  devices: Pick<DeviceStore, "named">;
  channels: Pick<ChannelStore, "list">;
  send: Send;
  dashboardUrl: string | undefined;
  dlq: QueueSender;
  sqs: SQSClient;
  queueUrl: string;
  clock: Clock;
  log: Log;
  /** Epoch milliseconds. What was not begun by then goes back to the queue. */
  deadlineAt: number;
  /** As long as the function may run: after that others may tell what it has not. */
  claimMs: number;
}

export interface TellingSummary {
  /** The messages that go back to the queue; all others are finished. */
  failedMessageIds: string[];
  /** Events that a channel took. */
  told: number;
  /** Messages that wait for the end of quiet hours. */
  held: number;
  quarantined: number;
}

/**
 * Tells people of the alerts that a batch names, each event once on each channel, whatever is repeated. A message whose channel fails goes
 * back to the queue; one that can never succeed goes to the dead-letter queue with its reason.
 */
export async function tellPeople(
  messages: readonly ReceivedMessage[],
  context: TellingContext,
): Promise<TellingSummary> {
  const { clock, log, dlq, alerts } = context;
  const summary: TellingSummary = { failedMessageIds: [], told: 0, held: 0, quarantined: 0 };
  const returned: (ReceivedMessage & { restSeconds?: number })[] = [];
  const quarantine = createQuarantine({ dlq, clock, failedIn: "profiler" });
  const discarded = new DiscardedMessages({ quarantine, log });
  const asked: (EventMessage & { message: ReceivedMessage })[] = [];
  for (const message of messages) {
    const { content, poison } = parseEvent(message.body);
    if (content === undefined) discarded.add(message, poison);
    else asked.push({ ...content, message });
  }
  try {
    const channels = asked.length === 0 ? [] : await context.channels.list();
    const claimed = await claimAll(asked, context, (message, restSeconds) =>
      returned.push({ ...message, restSeconds }),
    );
    summary.told = await tellAll(claimed, channels, context);
    for (const one of claimed) {
      const problems = one.failures.map(describeFailure).join("; ");
      await alerts.release(one.alert, problems || undefined);
      for (const { message, event } of one.asked) {
        const settled = settle(one, event, clock.now());
        if (settled === "done") continue;
        if (settled === "hopeless")
          discarded.add(message, {
            reason: "not_told",
            detail: one.failures.map(describeFailure).join("; "),
          });
        else returned.push({ ...message, ...settled });
      }
      if (one.heldUntil !== undefined) summary.held += 1;
    }
  } catch (error) {
    // A table or the channels could not be read: everything comes back, and what was told is noted.
    log.warn({ event: "notifications_failed", messages: asked.length, error });
    returned.push(
      ...asked
        .map(({ message }) => message)
        .filter((one) => !returned.some(({ messageId }) => messageId === one.messageId)),
    );
  }
  dlq.flush();
  const { quarantined, failed } = await discarded.settled();
  summary.quarantined = quarantined;
  returned.push(...failed);
  summary.failedMessageIds = returned.map(({ messageId }) => messageId);
  if (returned.length > 0) await stretchVisibility(returned, context);
  return summary;
}

/** Each alert once, with all that the batch asks of it. One that is not there any more needs nothing. */
async function claimAll(
  asked: readonly (EventMessage & { message: ReceivedMessage })[],
  { alerts, devices, clock, log, claimMs }: TellingContext,
  giveBack: (message: ReceivedMessage, restSeconds: number) => void,
): Promise<Claimed[]> {
  const known = new Map<string, Device>();
  for await (const { device } of devices.named([...new Set(asked.map(({ device_id }) => device_id))]))
    if (device !== undefined) known.set(device.device_id, device);
  const claimed: Claimed[] = [];
  for (const own of Map.groupBy(asked, ({ device_id, alert_key }) => `${device_id} ${alert_key}`).values()) {
    const [first] = own;
    if (first === undefined) continue;
    const alert = await alerts.claim(first, clock.now(), clock.now() + claimMs);
    if (alert === "gone")
      log.warn({ event: "alert_gone", device_id: first.device_id, alert_key: first.alert_key });
    else if (alert === "busy") for (const { message } of own) giveBack(message, BUSY_REST_SECONDS);
    else
      claimed.push({
        alert,
        device: known.get(first.device_id),
        asked: own.map(({ message, event }) => ({ message, event })),
        failures: [],
        heldUntil: undefined,
      });
  }
  return claimed;
}

/** @returns how many events channels took */
async function tellAll(
  claimed: readonly Claimed[],
  channels: readonly ParsedChannel[],
  context: TellingContext,
): Promise<number> {
  const names = new Set([
    ...channels.map(({ name }) => name),
    ...claimed.flatMap(({ device }) => device?.channels ?? []),
  ]);
  const told = await Promise.all(
    [...names].map((name) => {
      const found = channels.find((channel) => channel.name === name);
      const own = claimed.filter(({ device }) => device?.channels?.includes(name) ?? found !== undefined);
      if (found?.channel !== undefined) return tellChannel(found.channel, own, context);
      const problem = found?.problem ?? "there is no such channel";
      const error = new ChannelError(problem, { isPermanent: true });
      for (const one of own) one.failures.push({ error, channel: name });
      return 0;
    }),
  );
  return told.reduce((sum, count) => sum + count, 0);
}

/** In the order in which things happened. */
async function tellChannel(
  channel: Channel,
  claimed: readonly Claimed[],
  context: TellingContext,
): Promise<number> {
  const now = context.clock.now();
  const at = () => new Date(context.clock.now()).toISOString();
  const [muted, listening] = [
    claimed.filter(({ device }) => isMuted(device, now)),
    claimed.filter(({ device }) => !isMuted(device, now)),
  ];
  // What began while nobody wanted to hear of it is not told when it ends, either.
  for (const { alert } of muted)
    for (const event of ALERT_EVENTS) await context.alerts.told(alert, event, channel.name, at());
  const deliveries = listening
    .flatMap((one) => deliveriesOf(one, channel, { now, dashboardUrl: context.dashboardUrl }))
    .sort((a, b) => timeOf(a) - timeOf(b));
  const isForProgram = channel.kind === "webhook" && channel.form === "json";
  const groups =
    isForProgram || deliveries.length <= MOST_AT_ONCE
      ? deliveries.map((delivery) => [delivery])
      : [deliveries];
  let told = 0;
  let isAway: ChannelError | undefined;
  for (const group of groups) {
    try {
      // Each would wait for its own timeout, and a batch has many.
      if (isAway !== undefined) throw isAway;
      if (context.clock.now() >= context.deadlineAt)
        throw new ChannelError("there was no time left to tell it", { isPermanent: false });
      const notifications = group.map(({ notification }) => notification);
      const [only] = notifications;
      await context.send(
        channel,
        only !== undefined && notifications.length === 1
          ? only
          : joinedNotification(notifications, channel.language),
      );
      for (const { claimed: one, event } of group)
        await context.alerts.told(one.alert, event, channel.name, at());
      told += group.length;
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      if (!error.isPermanent) isAway = error;
      context.log.warn({ event: "channel_failed", channel: channel.name, events: group.length, error });
      for (const { claimed: one } of group) one.failures.push({ error, channel: channel.name });
    }
  }
  return told;
}

function isMuted(device: Device | undefined, now: number): boolean {
  return device?.muted_until !== undefined && now < Date.parse(device.muted_until);
}

function describeFailure({ error, channel }: Claimed["failures"][number]): string {
  return `channel "${channel}": ${error.message}`;
}

/** What becomes of a message: finished, never to succeed, or back to the queue. */
function settle(
  { alert, failures, heldUntil }: Claimed,
  event: AlertEvent,
  now: number,
): "done" | "hopeless" | { restSeconds?: number } {
  const happenedAt = Date.parse(event === "opened" ? alert.opened_at : (alert.closed_at ?? alert.opened_at));
  const isTemporary = failures.some(({ error }) => !error.isPermanent);
  if (isTemporary && now - happenedAt < LONGEST_TRIED_MS) return {};
  // What waits for the morning is told then; a channel that is beyond help is said then, too.
  if (heldUntil !== undefined)
    return { restSeconds: Math.min(LONGEST_REST_SECONDS, Math.ceil((heldUntil - now) / 1000)) };
  return failures.length > 0 ? "hopeless" : "done";
}
