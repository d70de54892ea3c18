import type { Clock } from "@energylive/core/clock";
import type { Device } from "@energylive/core/device/device";
import { isOld } from "@energylive/core/device/due";
import type { RegisteredDevice } from "@energylive/core/device/registry";
import { lastSeen } from "@energylive/core/device/seen";
import { startOfDay } from "@energylive/core/energy/calendar";
import { PROFILE_TYPES } from "@energylive/core/profile/message";
import type { Profile } from "@energylive/core/profile/profile";
import { localDay } from "@energylive/core/profile/quarter-hours";
import type { ProfileStore } from "@energylive/core/profile/store";
import { LRUCache } from "lru-cache";

import type { Totals, TotalsOf } from "../contract.ts";
import { growthOf } from "../energy/quarter-hours.ts";

/** Today's energy of all devices is read again after this time, or after a few times as long as it took. */
const FRESH_MS = 60_000;
const FRESH_READS = 20;

/** Of so many the profiles are in memory at once. */
const DEVICES_AT_ONCE = 1_000;

/** Viewers sit in few time zones. */
const MOST_ZONES = 5;

/** Today's energy of a device. */
export interface Today {
  import_wh: number | null;
  export_wh: number | null;
}

/** Today's energy of many devices at once, from their load profiles. */
export interface TodayReader {
  /** By device id. A minute old at most, with many devices a little more. Errors of DynamoDB pass through. */
  of(devices: readonly Device[], zone: string): Promise<ReadonlyMap<string, Today>>;
}

export function createTodayReader(options: { profiles: ProfileStore; clock: Clock }): TodayReader {
  const { profiles, clock } = options;
  const reads = new LRUCache<string, { staleAt: number; today: Promise<ReadonlyMap<string, Today>> }>({
    max: MOST_ZONES,
  });

  async function read(devices: readonly Device[], zone: string): Promise<ReadonlyMap<string, Today>> {
    const now = clock.now();
    const from = startOfDay(zone, now);
    const today = new Map<string, Today>();
    for (let start = 0; start < devices.length; start += DEVICES_AT_ONCE) {
      const days = devices.slice(start, start + DEVICES_AT_ONCE).flatMap(({ device_id, time_zone }) => {
        const touched = new Set([from, now].map((at) => localDay(time_zone, at).day));
        return [...touched].map((day) => ({ device_id, day }));
      });
      const found = Map.groupBy(await profiles.readDays(days), ({ device_id }) => device_id);
      for (const [id, profiles] of found) today.set(id, todayOf(profiles, from, now));
    }
    return today;
  }

  return {
    of(devices, zone) {
      // Of another set of devices, too: who was added a moment ago has no energy yet.
      const now = clock.now();
      const day = `${zone} ${startOfDay(zone, now)}`;
      const kept = reads.get(day);
      if (kept !== undefined && now < kept.staleAt) return kept.today;
      const entry = { staleAt: Number.POSITIVE_INFINITY, today: read(devices, zone) };
      reads.set(day, entry);
      entry.today.then(
        () => {
          const readAt = clock.now();
          entry.staleAt = readAt + Math.max(FRESH_MS, FRESH_READS * (readAt - now));
        },
        () => reads.delete(day),
      );
      return entry.today;
    },
  };
}

function todayOf(profiles: readonly Profile[], from: number, now: number): Today {
  return {
    import_wh: growthOf(profiles, "import_wh", from, now),
    export_wh: growthOf(profiles, "export_wh", from, now),
  };
}

/** Drawn minus fed-in power as the device sent it last; `null` if it has none, is paused, or sent it too long ago. */
export function powerNow(device: Device, now: number): number | null {
  if (!device.enabled || isOld(device, now)) return null;
  const { seen } = device.state;
  const [drawn, fedIn] = [PROFILE_TYPES.drawn, PROFILE_TYPES.fedIn].map(
    (type) => lastSeen(seen, type)?.value,
  );
  return drawn === undefined && fedIn === undefined ? null : Number(drawn ?? 0) - Number(fedIn ?? 0);
}

/**
 * Of all devices together and, with a label, of those with the same value of it. A device whose item is not valid counts as one of
 * which nothing is known.
 */
export function totalsOf(
  registered: readonly RegisteredDevice[],
  today: ReadonlyMap<string, Today>,
  { label, now }: { label?: string | undefined; now: number },
): Totals {
  const devices = registered.map(({ device }) => device);
  const labels = new Set(devices.flatMap((device) => Object.keys(device?.labels ?? {})));
  const groups =
    label === undefined ? new Map() : Map.groupBy(devices, (device) => device?.labels?.[label] ?? null);
  return {
    labels: [...labels].sort((a, b) => a.localeCompare(b)),
    all: addUp(devices, today, now),
    groups: [...groups]
      .map(([value, members]) => ({ value, ...addUp(members, today, now) }))
      .sort((a, b) => Number(a.value === null) - Number(b.value === null) || compare(a.value, b.value)),
  };
}

const { compare: compareTexts } = new Intl.Collator(undefined, { numeric: true });
const compare = (a: string | null, b: string | null) => compareTexts(a ?? "", b ?? "");

function addUp(
  devices: readonly (Device | undefined)[],
  today: ReadonlyMap<string, Today>,
  now: number,
): TotalsOf {
  const total: TotalsOf = {
    devices: devices.length,
    power_w: null,
    with_power: 0,
    import_wh: null,
    export_wh: null,
    with_energy: 0,
  };
  for (const device of devices) {
    if (device === undefined) continue;
    const power = powerNow(device, now);
    const { import_wh = null, export_wh = null } = today.get(device.device_id) ?? {};
    if (power !== null) total.with_power += 1;
    if (import_wh !== null || export_wh !== null) total.with_energy += 1;
    total.power_w = plus(total.power_w, power);
    total.import_wh = plus(total.import_wh, import_wh);
    total.export_wh = plus(total.export_wh, export_wh);
  }
  return total;
}

function plus(sum: number | null, value: number | null): number | null {
  return value === null ? sum : (sum ?? 0) + value;
}
