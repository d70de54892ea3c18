import type { SQSClient } from "@aws-sdk/client-sqs";
import pLimit from "p-limit";

import { type AlertContext, checkAlerts } from "../alert/check.ts";
import { rulesOf } from "../alert/rule.ts";
import type { Clock } from "../clock.ts";
import { DEFAULT_TIME_ZONE, type Device } from "../device/device.ts";
import type { DeviceStore } from "../device/store.ts";
import type { Log } from "../log.ts";
import { DiscardedMessages } from "../queue/discarded.ts";
import { createQuarantine } from "../queue/quarantine.ts";
import type { ReceivedMessage } from "../queue/received.ts";
import type { QueueSender } from "../queue/sender.ts";
import { stretchVisibility } from "../queue/visibility.ts";
import { mergeRanges, parseRange, type StoredRange } from "./message.ts";
import { type ProfileContext, updateProfiles } from "./update.ts";

/** Devices that are computed at once: most of the time goes into waiting for the tables. */
const CONCURRENT_DEVICES = 8;

export interface ProfilerContext extends ProfileContext {
  alerts: AlertContext;
  devices: Pick<DeviceStore, "named">;
  dlq: QueueSender;
  sqs: SQSClient;
  queueUrl: string;
  clock: Clock;
  log: Log;
  /** Epoch milliseconds. What was not begun by then goes back to the queue. */
  deadlineAt: number;
}

export interface ProfilerSummary {
  /** The messages that go back to the queue; all others are finished. */
  failedMessageIds: string[];
  /** Ranges computed: the messages of one device and quarter-hour are one. */
  computed: number;
  /** Profiles written. */
  written: number;
  /** Alerts that were opened, and those that are over. */
  alertsOpened: number;
  alertsClosed: number;
  quarantined: number;
}

/** Computes what the messages of a batch say has changed. A message that failed goes back to the queue. */
export async function runProfiler(
  messages: readonly ReceivedMessage[],
  context: ProfilerContext,
): Promise<ProfilerSummary> {
  const { clock, log, dlq, deadlineAt } = context;
  const summary: ProfilerSummary = {
    failedMessageIds: [],
    computed: 0,
    written: 0,
    alertsOpened: 0,
    alertsClosed: 0,
    quarantined: 0,
  };
  const failed: ReceivedMessage[] = [];
  const quarantine = createQuarantine({ dlq, clock, failedIn: "profiler" });
  const discarded = new DiscardedMessages({ quarantine, log });
  const told: (StoredRange & { message: ReceivedMessage })[] = [];
  for (const message of messages) {
    const { range, poison } = parseRange(message.body);
    if (range !== undefined) told.push({ ...range, message });
    else discarded.add(message, poison);
  }
  dlq.flush();

  const compute = async (range: StoredRange, device: Device | undefined) => {
    try {
      if (clock.now() >= deadlineAt) throw new Error("there was no time left to compute it");
      const written = await updateProfiles(range, device?.time_zone ?? DEFAULT_TIME_ZONE, context);
      // Not in one step: others are computed meanwhile.
      summary.written += written;
      summary.computed += 1;
      if (device === undefined || !isWatched(device, range, context.alerts)) return;
      const { opened, closed } = await checkAlerts(device, range, context.alerts);
      summary.alertsOpened += opened;
      summary.alertsClosed += closed;
    } catch (error) {
      const { device_id, from, to } = range;
      log.warn({ event: "profile_failed", device_id, from, to, error });
      failed.push(
        ...told
          .filter((one) => one.device_id === device_id && one.from >= from && one.to <= to)
          .map(({ message }) => message),
      );
    }
  };
  const ranges = mergeRanges(told);
  const devices = await devicesOf(ranges, context).catch((error: unknown) => {
    log.warn({ event: "devices_not_read", error });
    failed.push(...told.map(({ message }) => message));
    return undefined;
  });
  if (devices !== undefined)
    await pLimit(CONCURRENT_DEVICES).map(ranges, (range) => compute(range, devices.get(range.device_id)));
  const { quarantined, failed: notTaken } = await discarded.settled();
  summary.quarantined = quarantined;
  failed.push(...notTaken);
  summary.failedMessageIds = failed.map(({ messageId }) => messageId);
  if (failed.length > 0) await stretchVisibility(failed, context);
  return summary;
}

/** Those that are there and valid; the measurements of others are of the default zone, and nobody is told of them. */
async function devicesOf(
  ranges: readonly StoredRange[],
  { devices }: ProfilerContext,
): Promise<Map<string, Device>> {
  const found = new Map<string, Device>();
  for await (const { device } of devices.named([...new Set(ranges.map(({ device_id }) => device_id))]))
    if (device !== undefined) found.set(device.device_id, device);
  return found;
}

/**
 * Looking costs a request. Of silence the fetcher tells, when it begins and when it ends, and of rules that were taken away; only the
 * other rules depend on what was just stored.
 */
function isWatched(device: Device, { alerts }: StoredRange, { defaultRules }: AlertContext): boolean {
  return alerts === true || rulesOf(device, defaultRules).some(({ rule }) => rule !== "no_data");
}
