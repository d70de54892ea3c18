import type { Measurement } from "./measurement.ts";
import type { Sender } from "./meter.ts";

/** A measurement, and when the collector would have had it. */
export interface PolledMeasurement extends Measurement {
  collectedAt: number;
}

/** As long as a poll and the queue take. */
const COLLECTED_AFTER_MS = 3_000;

/**
 * What regular polls from `from` until before `to` would have brought: each measurement once, in order.
 *
 * @param polls.isMissed polls of these times found nothing
 */
export function* polledMeasurements(
  device: Sender,
  polls: { from: number; to: number; everyMs: number; isMissed?: (at: number) => boolean },
): Generator<PolledMeasurement> {
  const newest = new Map<string, number>();
  for (let at = polls.from; at < polls.to; at += polls.everyMs) {
    if (polls.isMissed?.(at) === true) continue;
    for (const sent of device.latest(at)) {
      if (sent.timestamp <= (newest.get(sent.measurement) ?? 0)) continue;
      newest.set(sent.measurement, sent.timestamp);
      yield { ...sent, collectedAt: at + COLLECTED_AFTER_MS };
    }
  }
}
