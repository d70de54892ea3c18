import type { Clock } from "@energylive/core/clock";
import { DEFAULT_TIME_ZONE, type Device } from "@energylive/core/device/device";
import type { Profile } from "@energylive/core/profile/profile";
import { daysAround } from "@energylive/core/profile/quarter-hours";
import type { EnergyRange } from "@energylive/core/profile/sums";
import { type ProfileContext, type TouchedProfile, touchedProfiles } from "@energylive/core/profile/update";

import { sharedReads } from "../shared-reads.ts";

/** What the profiler has not computed by then will not come any more. */
const PROFILER_BEHIND_MS = 3_600_000;

/** The device's own zone, and when it sent its newest measurement. */
export type ProfiledDevice = Pick<Device, "device_id"> & Partial<Pick<Device, "time_zone" | "state">>;

/** Reads load profiles, with the newest measurements that the profiler has not come to yet. */
export interface EnergyReader {
  /** The profiles that [`from`, `to`) touches. Errors of DynamoDB pass through. */
  profiles(device: ProfiledDevice, range: EnergyRange): Promise<Profile[]>;
}

export function createEnergyReader(options: ProfileContext & { clock: Clock }): EnergyReader {
  const { profiles, clock } = options;
  const shared = sharedReads<Profile[]>(clock);
  const sharedNewest = sharedReads<TouchedProfile[]>(clock);
  return {
    async profiles({ device_id, time_zone = DEFAULT_TIME_ZONE, state }, range) {
      const { since, until } = daysAround(time_zone, range);
      const newest = Math.max(...Object.values(state?.watermarks ?? {}));
      const isFresh = newest >= range.from && newest > clock.now() - PROFILER_BEHIND_MS;
      const [stored, touched] = await Promise.all([
        shared(`${device_id} ${since} ${until}`, () => profiles.read(device_id, since, until)),
        isFresh
          ? sharedNewest(`${device_id} ${newest} ${time_zone}`, () =>
              touchedProfiles({ device_id, from: newest, to: newest }, time_zone, options),
            )
          : [],
      ]);
      // Also those that are as the table holds them by now: what is shared was read a moment ago.
      const newer = new Map(touched.map(({ profile }) => [profile.day, profile]));
      const shown = stored.map((profile) => newer.get(profile.day) ?? profile);
      for (const { day } of stored) newer.delete(day);
      return [...shown, ...newer.values()];
    },
  };
}
