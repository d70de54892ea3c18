import type { Clock } from "@energylive/core/clock";
import type { Device } from "@energylive/core/device/device";
import type { Log } from "@energylive/core/log";
import type { LatestMeasurements } from "@energylive/core/measurement/latest";

import type { DeviceDirectory, Directory } from "../devices/directory.ts";
import { latestValue } from "../devices/latest-values.ts";
import type { PipelineSource } from "../pipeline/source.ts";
import { Bell } from "./bell.ts";
import { EventHub } from "./events.ts";
import { FreshMeasurements } from "./fresh.ts";

/** How often the devices table is read if nothing reports stored measurements. */
const LOOK_MS = 1_500;

/** The pause after a read is at least this many times as long as the read, so it does not slow polling and storing. */
const PAUSE_PER_READ = 10;

/**
 * On a deployed stage a read costs about 1 KB per device, an eighth of a read unit. At 200 devices a second that is 90,000
 * units an hour: 0.014 USD at 0.1525 USD per million (eu-central-1), for any number of devices. Each new measurement costs
 * half a unit more. Nothing is read while no page is open.
 */
const DEPLOYED_MS_PER_DEVICE = 5;

/** How often pages are told to refresh the pipeline; CloudWatch has a minute only after it ended. */
const PIPELINE_MS = { embedded: 5_000, deployed: 60_000 } as const;

export interface WatcherParts {
  kind: "embedded" | "deployed";
  directory: DeviceDirectory;
  latest: LatestMeasurements;
  pipeline: PipelineSource;
  clock: Clock;
  log: Log;
}

/** Looks for new measurements while a page is connected, and reports them. */
export class Watcher {
  readonly hub: EventHub;
  readonly #parts: WatcherParts;
  readonly #bell = new Bell();
  readonly #endActivity: (() => void) | undefined;
  #watch: AbortController | undefined;

  constructor(parts: WatcherParts) {
    this.#parts = parts;
    this.hub = new EventHub((isWatched) => {
      this.#watch?.abort();
      this.#watch = isWatched ? new AbortController() : undefined;
      if (this.#watch === undefined) return;
      void this.#watchDevices(this.#watch.signal);
      void this.#watchPipeline(this.#watch.signal);
    });
    this.#endActivity = parts.pipeline.onActivity?.((activity) => {
      if (activity === "run") this.hub.send({ kind: "pipeline" });
      else this.#bell.ring();
    });
  }

  close(): void {
    this.#watch?.abort();
    this.#endActivity?.();
  }

  async #watchDevices(signal: AbortSignal): Promise<void> {
    const { directory, latest, clock, log } = this.#parts;
    let before: Directory | undefined;
    let fresh: FreshMeasurements | undefined;
    let isFailing = false;
    while (!signal.aborted) {
      try {
        const now = await directory.refresh();
        const devices = validDevices(now);
        if (before !== undefined && fingerprint(now) !== fingerprint(before))
          this.hub.send({ kind: "devices" });
        before = now;
        fresh ??= new FreshMeasurements({ latest, devices, now: clock.now() });
        for (const stored of await fresh.find(devices, (id) => this.hub.isWanted(id)))
          this.hub.send({ kind: "stored", ...stored, latest: stored.latest.map(latestValue) });
        isFailing = false;
      } catch (error) {
        // Once, not every second while the stack is gone.
        if (!isFailing) log.warn({ event: "dashboard_look_failed", error });
        isFailing = true;
      }
      await clock.sleep(this.#restMs(before), signal);
      await this.#bell.wait(LOOK_MS, signal);
    }
  }

  /** Stored measurements do not shorten it. */
  #restMs(directory: Directory | undefined): number {
    const { kind, directory: reader } = this.#parts;
    const perRead = PAUSE_PER_READ * reader.readMs;
    const devices = directory?.devices.length ?? 0;
    return kind === "deployed" ? Math.max(perRead, DEPLOYED_MS_PER_DEVICE * devices) : perRead;
  }

  async #watchPipeline(signal: AbortSignal): Promise<void> {
    const { kind, clock } = this.#parts;
    while (!signal.aborted) {
      await clock.sleep(PIPELINE_MS[kind], signal);
      if (!signal.aborted) this.hub.send({ kind: "pipeline" });
    }
  }
}

function validDevices({ devices }: Directory): Device[] {
  return devices.map(({ device }) => device).filter((device) => device !== undefined);
}

/** Changes when a device is added, edited or removed, or its health changes. */
function fingerprint({ devices, reports }: Directory): string {
  const configs = devices.map(
    ({ device, invalid }) => device?.config_fingerprint ?? invalid?.problems.join(),
  );
  const healths = reports.map(({ device_id, health }) => `${device_id} ${health}`);
  return [...configs, ...healths].join("\n");
}
