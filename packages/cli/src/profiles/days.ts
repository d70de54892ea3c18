import { DEFAULT_TIME_ZONE } from "@energylive/core/device/device";
import { createPointReader } from "@energylive/core/measurement/points";
import { namedDay } from "@energylive/core/profile/quarter-hours";
import { createProfileStore } from "@energylive/core/profile/store";
import type { ProfileContext } from "@energylive/core/profile/update";

import { openRegistry } from "../devices/registry.ts";
import { UsageError } from "../errors.ts";
import type { Stage } from "../stage/stage.ts";

/** A device and the zone of its days. */
export interface ProfiledDevice {
  device_id: string;
  time_zone: string;
}

/**
 * The named devices, or all. A device that is no longer in the table still has its load profiles, so its name need not be
 * there.
 */
export async function profiledDevices(stage: Stage, ids: readonly string[]): Promise<ProfiledDevice[]> {
  const registry = await openRegistry(stage);
  const zoneOf = (device: { time_zone: string } | undefined) => device?.time_zone ?? DEFAULT_TIME_ZONE;
  if (ids.length > 0)
    return Promise.all(
      [...new Set(ids)].map(async (device_id) => ({
        device_id,
        time_zone: zoneOf((await registry.find(device_id))?.device),
      })),
    );
  const devices: ProfiledDevice[] = [];
  for await (const { device, config } of registry.all())
    devices.push({ device_id: String(config.device_id), time_zone: zoneOf(device) });
  return devices.sort((a, b) => (a.device_id < b.device_id ? -1 : 1));
}

export async function openProfiles(stage: Stage): Promise<ProfileContext> {
  const dynamodb = await stage.dynamodb();
  return {
    points: createPointReader({ dynamodb, table: stage.names.measurementsTable }),
    profiles: createProfileStore({ dynamodb, table: stage.names.profilesTable }),
  };
}

/** `--since` and `--until` as days, each in a device's own zone; both days are included. */
export interface DayRange {
  since?: string | undefined;
  until?: string | undefined;
}

/** @throws {UsageError} for what is not a day */
export function dayRange({ since, until }: DayRange): DayRange {
  for (const [option, day] of Object.entries({ "--since": since, "--until": until })) {
    if (day === undefined) continue;
    if (!/^\d{4}-\d\d-\d\d$/.test(day) || !isDay(day))
      throw new UsageError(`${option} takes a day, like 2026-11-25, not "${day}"`);
  }
  if (since !== undefined && until !== undefined && since > until)
    throw new UsageError(`--since ${since} is after --until ${until}`);
  return { since, until };
}

/** The range in epoch milliseconds. */
export function instantsOf({ since, until }: DayRange, zone: string) {
  return {
    since: since === undefined ? undefined : namedDay(zone, since).from,
    until: until === undefined ? undefined : namedDay(zone, until).to,
  };
}

function isDay(day: string): boolean {
  try {
    namedDay(DEFAULT_TIME_ZONE, day);
    return true;
  } catch {
    return false;
  }
}
