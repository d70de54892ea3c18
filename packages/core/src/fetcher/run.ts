import * as z from "zod";

import type { AlertNotices } from "../alert/notice.ts";
import type { Device, ParsedDevice } from "../device/device.ts";
import { decideDue, isStale, wasPolledLately } from "../device/due.ts";
import type { DeviceStore, Shard } from "../device/store.ts";
import { describeProblems } from "../problems.ts";
import { createQuarantine, type Quarantine } from "../queue/quarantine.ts";
import type { QueueSender } from "../queue/sender.ts";
import { ConfigurationError } from "../settings/configuration-error.ts";
import { ApiHealth } from "./api-health.ts";
import { Backlog } from "./backlog.ts";
import { OldestDevices } from "./oldest.ts";
import { type PollContext, type PollResult, pollDevice } from "./poll.ts";
import type { FetcherResult } from "./result.ts";

export type { FetcherResult };

export const FetcherEvent = z.object({
  shard: z.object({ index: z.int().min(0), total: z.int().min(1) }).default({
    index: 0,
    total: 1,
  }),
  /** Polls only these devices, now, even if they are not due. */
  device_ids: z.array(z.string().min(1, "is empty")).optional(),
});
export type FetcherEvent = z.infer<typeof FetcherEvent>;

/** @throws {ConfigurationError} that shows the expected form */
export function parseFetcherEvent(event: unknown): FetcherEvent {
  const parsed = FetcherEvent.safeParse(event ?? {});
  if (!parsed.success) {
    const problems = describeProblems(parsed.error).join("; ");
    throw new ConfigurationError([`the fetcher's event is not {"shard":{"index":0,"total":1}}: ${problems}`]);
  }
  const { shard } = parsed.data;
  if (shard.index >= shard.total)
    throw new ConfigurationError([`shard ${shard.index} does not exist: there are ${shard.total}`]);
  return parsed.data;
}

/** The result, and what only the log and the metrics report. */
export interface FetcherSummary {
  result: FetcherResult;
  invalid: number;
  /** Devices that have sent nothing new for too long, invalid ones included. */
  stale: number;
  /** Devices that stopped delivering since their last poll. Each counts once; an invalid one in each run of some time. */
  stopped: number;
  pollDurationsMs: number[];
}

export interface FetcherContext
  extends Omit<PollContext, "devices" | "quarantine" | "backlog" | "isOutage" | "onAnswered"> {
  devices: DeviceStore;
  dlq: QueueSender;
  alerts: AlertNotices;
  /**
   * Devices between the start of their poll and the write of their state, at once. More than the requests in flight, so a
   * device that waits for a retry, SQS or DynamoDB does not block one that could be asked.
   */
  maxOutstanding: number;
}

/** One run: polls the devices named by the event, or the due devices of the shard, least recently polled first. */
export async function runFetcher(event: FetcherEvent, context: FetcherContext): Promise<FetcherSummary> {
  const run = new Run(context);
  try {
    if (event.device_ids === undefined) await run.pollShard(event.shard);
    else await run.pollNamed([...new Set(event.device_ids)]);
  } finally {
    await context.alerts.finish();
  }
  return run.summary;
}

/** The state of one run; never shared between runs. */
class Run {
  readonly summary: FetcherSummary = {
    result: { polled: 0, failed: 0, skipped: 0, deferred: 0, published: 0, unchanged: 0, quarantined: 0 },
    invalid: 0,
    stale: 0,
    stopped: 0,
    pollDurationsMs: [],
  };
  readonly #context: FetcherContext;
  readonly #quarantine: Quarantine;
  readonly #apiHealth = new ApiHealth();
  readonly #backlog = new Backlog();
  readonly #startedAt: number;
  #attempted = 0;
  #unanswered = 0;

  constructor(context: FetcherContext) {
    this.#context = context;
    this.#quarantine = createQuarantine({ dlq: context.dlq, clock: context.clock, failedIn: "fetcher" });
    this.#startedAt = context.clock.now();
  }

  async pollShard(shard: Shard): Promise<void> {
    const { oldest, due } = await this.#oldestDue(shard);
    await this.#pollAll(oldest);
    if (due > oldest.length) await this.#pollAll(this.#dueBeyond(shard, oldest));
    this.summary.result.deferred = Math.max(0, due - this.#attempted);
  }

  async pollNamed(deviceIds: readonly string[]): Promise<void> {
    await this.#pollAll(this.#named(deviceIds));
    const { result } = this.summary;
    result.deferred = deviceIds.length - result.polled - result.failed - result.skipped;
  }

  async *#named(deviceIds: readonly string[]): AsyncGenerator<Device> {
    for await (const found of this.#context.devices.named(deviceIds)) {
      if ("unknown" in found) {
        this.summary.result.failed += 1;
        this.#context.log.warn({ event: "device_unknown", device_id: found.unknown });
      } else if (this.#isPollable(found, (device) => device.enabled)) yield found.device;
    }
  }

  /**
   * The due devices polled longest ago, in that order, up to a limit, and how many are due in all. The others are read in a
   * second scan and polled in the table's order.
   */
  async #oldestDue(shard: Shard): Promise<{ oldest: Device[]; due: number }> {
    const oldest = new OldestDevices();
    let due = 0;
    for await (const parsed of this.#context.devices.scan(shard)) {
      if (parsed.device !== undefined) await this.#context.alerts.scanned(parsed.device, this.#startedAt);
      if (!this.#isPollable(parsed, (device) => this.#isDue(device))) continue;
      due += 1;
      oldest.add(parsed.device);
    }
    return { oldest: oldest.take(), due };
  }

  #isDue(device: Device): boolean {
    const decision = decideDue(device, this.#startedAt);
    if (decision.due) return true;
    const { device_id } = device;
    this.#context.log.debug({ event: "device_skipped", device_id, reason: decision.reason });
    return false;
  }

  /** Counts a device as invalid or skipped, or says that it is to be polled. */
  #isPollable(parsed: ParsedDevice, isWanted: (device: Device) => boolean): parsed is { device: Device } {
    const { result } = this.summary;
    if (parsed.invalid !== undefined) {
      this.summary.invalid += 1;
      // It is no longer collected, which must ring like a device that has gone silent.
      this.summary.stale += 1;
      if (wasPolledLately(parsed, this.#startedAt)) this.summary.stopped += 1;
      result.failed += 1;
      this.#context.log.warn({ event: "device_invalid", ...parsed.invalid });
      return false;
    }
    if (isStale(parsed.device, this.#startedAt)) this.summary.stale += 1;
    this.#apiHealth.add(parsed.device, this.#startedAt);
    if (isWanted(parsed.device)) return true;
    result.skipped += 1;
    return false;
  }

  /** The due devices of the shard that are not among `polled`, in the table's order. */
  async *#dueBeyond(shard: Shard, polled: readonly Device[]): AsyncGenerator<Device> {
    if (this.#isOver()) return;
    const ids = new Set(polled.map((device) => device.device_id));
    for await (const { device } of this.#context.devices.scan(shard)) {
      if (device !== undefined && !ids.has(device.device_id) && decideDue(device, this.#startedAt).due)
        yield device;
    }
  }

  /** Polls in the given order, as many at once as allowed, until there is no time to start another. */
  async #pollAll(devices: Iterable<Device> | AsyncIterable<Device>): Promise<void> {
    const outstanding = new Set<Promise<void>>();
    let onSettled = () => {};
    try {
      for await (const device of devices) {
        if (outstanding.size >= this.#context.maxOutstanding) {
          await new Promise<void>((resolve) => {
            onSettled = resolve;
          });
        }
        if (this.#isOver()) break;
        const poll = this.#poll(device).finally(() => {
          outstanding.delete(poll);
          onSettled();
        });
        outstanding.add(poll);
      }
    } finally {
      // Even if the table cannot be read further: what was polled must be published.
      await Promise.all(outstanding);
    }
  }

  async #poll(device: Device): Promise<void> {
    const { clock, queue, dlq } = this.#context;
    const startedAt = clock.now();
    this.#unanswered += 1;
    const onAnswered = () => {
      this.summary.pollDurationsMs.push(clock.now() - startedAt);
      this.#unanswered -= 1;
      if (this.#unanswered > 0) return;
      // No more answers are expected that could fill the last batches.
      queue.flush();
      dlq.flush();
    };
    const isOutage = (code: string) => this.#apiHealth.isOutage(code);
    const own = { quarantine: this.#quarantine, backlog: this.#backlog, isOutage, onAnswered };
    const result = await pollDevice(device, { ...this.#context, ...own });
    this.#count(result);
    if (result.outcome !== "deferred")
      await this.#context.alerts.polled(device, result.published, clock.now());
  }

  #count(poll: PollResult): void {
    const { result } = this.summary;
    if (poll.outcome === "deferred") return;
    this.#attempted += 1;
    result[poll.outcome] += 1;
    if (poll.hasStopped) this.summary.stopped += 1;
    result.published += poll.published;
    result.unchanged += poll.unchanged;
    result.quarantined += poll.quarantined;
  }

  #isOver(): boolean {
    return this.#context.clock.now() >= this.#context.stopAt;
  }
}
