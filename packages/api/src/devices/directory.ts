import type { Clock } from "@energylive/core/clock";
import { Polls } from "@energylive/core/device/due";
import { type DeviceReport, type Health, reportOn } from "@energylive/core/device/health";
import type { DeviceRegistry, RegisteredDevice } from "@energylive/core/device/registry";

import type { Collector } from "../contract.ts";

/** A read counts as fresh for this time, or for a few times as long as it took. */
const FRESH_MS = 1_000;
const FRESH_READS = 5;

/** A slow read happens in the background, unless the last one is older than this. */
const SLOW_READ_MS = 100;
const STALE_MS = 30_000;

/** The devices table as it was a moment ago. */
export interface Directory {
  devices: readonly RegisteredDevice[];
  /** By name. */
  reports: readonly DeviceReport[];
  counts: Record<Health, number>;
  collector: Collector;
}

export interface DeviceDirectory {
  /** As of a moment ago. */
  current(): Promise<Directory>;
  /** As of now. */
  refresh(): Promise<Directory>;
  /** How long the last read took. */
  readonly readMs: number;
}

/**
 * Reads the devices table once for all requests of about the same time. Errors of DynamoDB pass through.
 *
 * @param options.isRunning whether polls are scheduled
 */
export function createDeviceDirectory(options: {
  registry: DeviceRegistry;
  clock: Clock;
  isRunning: boolean;
}): DeviceDirectory {
  const { registry, clock, isRunning } = options;
  let last: { at: number; directory: Directory } | undefined;
  let reading: Promise<Directory> | undefined;
  let readMs = 0;

  async function read(): Promise<Directory> {
    const startedAt = clock.now();
    const devices: RegisteredDevice[] = [];
    for await (const device of registry.all()) devices.push(device);
    const directory = directoryOf(devices, startedAt, isRunning);
    readMs = clock.now() - startedAt;
    last = { at: startedAt, directory };
    return directory;
  }

  function refresh(): Promise<Directory> {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  return {
    get readMs() {
      return readMs;
    },
    refresh,
    async current() {
      if (last === undefined) return refresh();
      const age = clock.now() - last.at;
      if (age <= Math.max(FRESH_MS, FRESH_READS * readMs)) return last.directory;
      const refreshing = refresh();
      if (readMs < SLOW_READ_MS || age > STALE_MS) return refreshing;
      // If it fails, the next request reports it.
      refreshing.catch(() => {});
      return last.directory;
    },
  };
}

function directoryOf(devices: RegisteredDevice[], now: number, isRunning: boolean): Directory {
  const counts: Record<Health, number> = { ok: 0, new: 0, stale: 0, failing: 0, disabled: 0, invalid: 0 };
  const reports = devices.map((device) => reportOn(device, now, isRunning));
  for (const { health } of reports) counts[health] += 1;
  const names = new Intl.Collator(undefined, { numeric: true });
  reports.sort((a, b) => names.compare(a.name ?? a.device_id, b.name ?? b.device_id));
  return { devices, reports, counts, collector: collectorOf(devices, now, isRunning) };
}

function collectorOf(devices: readonly RegisteredDevice[], now: number, isRunning: boolean): Collector {
  const polls = new Polls();
  for (const { device } of devices) if (device !== undefined) polls.add(device);
  return {
    is_running: isRunning && !polls.areMissing(now),
    last_polled_at: polls.last === 0 ? null : polls.last,
  };
}
