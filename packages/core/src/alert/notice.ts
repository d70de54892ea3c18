import type { Device } from "../device/device.ts";
import { isEdited, lastPolledAt } from "../device/due.ts";
import { newestMeasurementAt } from "../device/seen.ts";
import type { Log } from "../log.ts";
import { serializeRange } from "../profile/message.ts";
import type { QueueSender } from "../queue/sender.ts";
import { type AlertRule, rulesOf } from "./rule.ts";

/** Messages on their way to SQS at once; more would only take memory. */
const MOST_UNDER_WAY = 500;

/**
 * Tells the profiler of devices whose alerts have to be looked at though nothing of them was stored, or sooner than that: who has gone
 * silent or speaks again, whose rules were edited, and whose running quarter-hour is foreseen. What cannot be told is a warning: polling
 * goes on.
 */
export class AlertNotices {
  readonly #queue: QueueSender;
  readonly #defaultRules: readonly AlertRule[];
  readonly #delaySeconds: number;
  readonly #log: Log;
  readonly #underWay = new Set<Promise<void>>();

  /** @param options.delaySeconds for a poll's measurements to be stored, and its state to be written */
  constructor(options: {
    queue: QueueSender;
    defaultRules: readonly AlertRule[];
    delaySeconds: number;
    log: Log;
  }) {
    this.#queue = options.queue;
    this.#defaultRules = options.defaultRules;
    this.#delaySeconds = options.delaySeconds;
    this.#log = options.log;
  }

  /** A device as a run reads it. One that became silent since its last poll is told of, again in each run until it is polled. */
  async scanned(device: Device, now: number): Promise<void> {
    if (!device.enabled) return;
    const lastAt = lastPolledAt(device);
    const becameSilent = this.#silencesOf(device, now).some((at) => at <= now && at > lastAt);
    if (becameSilent) await this.#tell(device, now);
  }

  /** @param device as it was before its poll */
  async polled(device: Device, published: number, now: number): Promise<void> {
    const speaksAgain =
      published > 0 && this.#silencesOf(device, now).some((at) => at <= lastPolledAt(device));
    const isForeseen =
      published > 0 && rulesOf(device, this.#defaultRules).some(({ rule }) => rule === "peak_above");
    if (speaksAgain || isForeseen || isEdited(device)) await this.#tell(device, now);
  }

  /** Waits until SQS has what was told. */
  async finish(): Promise<void> {
    this.#queue.flush();
    await Promise.all(this.#underWay);
  }

  /** When each of its rules takes it for silent. */
  #silencesOf(device: Device, now: number): number[] {
    const newest = newestMeasurementAt(device.state.seen, now);
    if (newest === undefined) return [];
    return rulesOf(device, this.#defaultRules).flatMap((rule) =>
      rule.rule === "no_data" ? [newest + rule.minutes * 60_000] : [],
    );
  }

  async #tell({ device_id, state }: Device, now: number): Promise<void> {
    const at = newestMeasurementAt(state.seen, now) ?? now;
    const sending = this.#queue
      .send({
        body: serializeRange({ device_id, from: at, to: at, alerts: true }),
        delaySeconds: this.#delaySeconds,
      })
      .catch((error: unknown) => this.#log.warn({ event: "alerts_not_told", device_id, error }))
      .finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
    if (this.#underWay.size >= MOST_UNDER_WAY) await Promise.race(this.#underWay);
  }
}
