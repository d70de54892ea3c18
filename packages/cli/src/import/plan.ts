import type { DecimalText } from "@energylive/core/decimal";

import type { Entry } from "./entries.ts";
import { type OldMeasurement, readItem } from "./old-item.ts";
import { restoreTimes } from "./shifted-times.ts";

/** What cannot be stored, for the dead-letter queue. */
export type Refused = { place: string; problem: string } & (
  | { raw: string; conflict?: never }
  | { raw?: never; conflict: OldMeasurement }
);

/** What an import would bring. The same entries make the same plan, in whatever order they come. */
export interface ImportPlan {
  entries: number;
  /** By device, then by time. */
  measurements: OldMeasurement[];
  /** Entries that say what another one says. */
  repeated: number;
  refused: Refused[];
  restored: { collections: number; times: number };
}

type Placed = OldMeasurement & Pick<Entry, "place">;

/**
 * Reads all entries, takes the steps out of their times, and keeps each measurement once.
 *
 * @param zone of local times
 */
export async function planImport(
  entries: AsyncIterable<Entry>,
  zone: string,
  onProgress: (entries: number) => void,
): Promise<ImportPlan> {
  const plan: ImportPlan = {
    entries: 0,
    measurements: [],
    repeated: 0,
    refused: [],
    restored: { collections: 0, times: 0 },
  };
  const devices = new Map<string, Placed[]>();
  for await (const { place, raw, fields, problem } of entries) {
    plan.entries += 1;
    onProgress(plan.entries);
    const read = fields === undefined ? { problem: problem ?? "cannot be read" } : readItem(fields, zone);
    if (read.measurement === undefined) {
      plan.refused.push({ place, problem: read.problem, raw });
      continue;
    }
    const of = devices.get(read.measurement.device_id) ?? [];
    devices.set(read.measurement.device_id, of);
    of.push({ ...read.measurement, place });
  }
  for (const device of [...devices.keys()].sort()) addDevice(plan, devices.get(device) ?? []);
  return plan;
}

function addDevice(plan: ImportPlan, items: Placed[]): void {
  const { collections, times } = restoreTimes(items);
  plan.restored.collections += collections;
  plan.restored.times += times;
  let last: Placed | undefined;
  for (const item of items.sort(byKey)) {
    if (last?.timestamp !== item.timestamp || last.measurement_type !== item.measurement_type) {
      plan.measurements.push(item);
      last = item;
    } else if (last.value === item.value) plan.repeated += 1;
    else plan.refused.push(conflictOf(item, last.value));
  }
}

/** Of a measurement that was polled several times, the first. */
function byKey(a: Placed, b: Placed): number {
  if (a.timestamp !== b.timestamp) return a.timestamp - b.timestamp;
  if (a.measurement_type !== b.measurement_type) return a.measurement_type < b.measurement_type ? -1 : 1;
  return a.collected - b.collected;
}

function conflictOf({ place, ...conflict }: Placed, kept: DecimalText): Refused {
  const problem = `value is ${conflict.value}, and ${kept} in another item of the same type and time`;
  return { place, problem, conflict };
}
