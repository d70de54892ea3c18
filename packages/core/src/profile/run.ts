import type { SQSClient } from "@aws-sdk/client-sqs";
import pLimit from "p-limit";

import type { Clock } from "../clock.ts";
import { DEFAULT_TIME_ZONE } from "../device/device.ts";
import type { DeviceStore } from "../device/store.ts";
import type { Log } from "../log.ts";
import { createQuarantine } from "../queue/quarantine.ts";
import type { ReceivedMessage } from "../queue/received.ts";
import type { QueueSender } from "../queue/sender.ts";
import { stretchVisibility } from "../queue/visibility.ts";
import { mergeRanges, parseRange, type StoredRange } from "./message.ts";
import { type ProfileContext, updateProfiles } from "./update.ts";

/** Devices that are computed at once: most of the time goes into waiting for the tables. */
const CONCURRENT_DEVICES = 8;

export interface ProfilerContext extends ProfileContext {
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
  quarantined: number;
}

/** Computes what the messages of a batch say has changed. A message that failed goes back to the queue. */
export async function runProfiler(
  messages: readonly ReceivedMessage[],
  context: ProfilerContext,
): Promise<ProfilerSummary> {
  const { clock, log, dlq, deadlineAt } = context;
  const summary: ProfilerSummary = { failedMessageIds: [], computed: 0, written: 0, quarantined: 0 };
  const failed: ReceivedMessage[] = [];
  const quarantine = createQuarantine({ dlq, clock, failedIn: "profiler" });
  const told: (StoredRange & { message: ReceivedMessage })[] = [];
  const quarantines: Promise<void>[] = [];
  for (const message of messages) {
    const { range, poison } = parseRange(message.body);
    if (range !== undefined) told.push({ ...range, message });
    else
      quarantines.push(
        quarantine({ ...poison, body: message.body }).then(
          () => {
            summary.quarantined += 1;
            log.warn({ event: "message_quarantined", messageId: message.messageId, ...poison });
          },
          (error) => {
            log.error({ event: "quarantine_failed", messages: 1, error });
            failed.push(message);
          },
        ),
      );
  }
  dlq.flush();

  const compute = async (range: StoredRange, timeZone: string) => {
    try {
      if (clock.now() >= deadlineAt) throw new Error("there was no time left to compute it");
      const written = await updateProfiles(range, timeZone, context);
      // Not in one step: others are computed meanwhile.
      summary.written += written;
      summary.computed += 1;
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
  const zones = await timeZones(ranges, context).catch((error: unknown) => {
    log.warn({ event: "devices_not_read", error });
    failed.push(...told.map(({ message }) => message));
    return undefined;
  });
  if (zones !== undefined)
    await pLimit(CONCURRENT_DEVICES).map(ranges, (range) =>
      compute(range, zones.get(range.device_id) ?? DEFAULT_TIME_ZONE),
    );
  await Promise.all(quarantines);
  summary.failedMessageIds = failed.map(({ messageId }) => messageId);
  if (failed.length > 0) await stretchVisibility(failed, context);
  return summary;
}

/** Of devices that are there and valid; the measurements of others are of the default zone. */
async function timeZones(
  ranges: readonly StoredRange[],
  { devices }: ProfilerContext,
): Promise<Map<string, string>> {
  const zones = new Map<string, string>();
  for await (const found of devices.named([...new Set(ranges.map(({ device_id }) => device_id))]))
    if ("device" in found && found.device !== undefined)
      zones.set(found.device.device_id, found.device.time_zone);
  return zones;
}
