import { createLate } from "@energylive/core/archive/late";
import { systemClock } from "@energylive/core/clock";
import { DEFAULT_TIME_ZONE } from "@energylive/core/device/device";
import { createPointReader } from "@energylive/core/measurement/points";
import { localDay, namedDay } from "@energylive/core/profile/quarter-hours";
import { createProfileStore, type ProfileStore } from "@energylive/core/profile/store";
import type { ProfileContext } from "@energylive/core/profile/update";

import { deviceNamed, openRegistry } from "../devices/registry.ts";
import { UsageError } from "../errors.ts";
import type { Stage } from "../stage/stage.ts";
import { parseInstant } from "../terminal/time.ts";

/** A device and the zone of its days. */
export interface ProfiledDevice {
  device_id: string;
  time_zone: string;
  /** The name of its tariff. */
  tariff?: string | undefined;
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
      [...new Set(ids)].map(async (text) => {
        const device_id = await deviceNamed(registry, text);
        const device = (await registry.find(device_id))?.device;
        return { device_id, time_zone: zoneOf(device), tariff: device?.tariff };
      }),
    );
  const devices: ProfiledDevice[] = [];
  for await (const { device, config } of registry.all())
    devices.push({
      device_id: String(config.device_id),
      time_zone: zoneOf(device),
      tariff: device?.tariff,
    });
  return devices.sort((a, b) => (a.device_id < b.device_id ? -1 : 1));
}

export async function openProfiles(stage: Stage): Promise<ProfileContext & { profiles: ProfileStore }> {
  const dynamodb = await stage.dynamodb();
  return {
    points: createPointReader({ dynamodb, table: stage.names.measurementsTable }),
    profiles: createProfileStore({
      dynamodb,
      table: stage.names.profilesTable,
      late: createLate({ dynamodb, table: stage.names.alertsTable, clock: systemClock }),
    }),
  };
}

/** `--since` and `--until` as days, each in a device's own zone; both days are included. */
export interface DayRange {
  since?: string | undefined;
  until?: string | undefined;
}

/** @throws {UsageError} for what is not a time */
export function dayRange(options: DayRange): DayRange {
  const now = Date.now();
  const [since, until] = [options.since, options.until].map((text) =>
    text === undefined
      ? undefined
      : localDay(DEFAULT_TIME_ZONE, parseInstant(text, now, DEFAULT_TIME_ZONE)).day,
  );
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
