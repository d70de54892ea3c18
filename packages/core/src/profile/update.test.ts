import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Point } from "../measurement/points.ts";
import { pointsInMemory } from "../testing/profiles.ts";
import { computeQuarterHours } from "./compute.ts";
import { PROFILE_TYPES } from "./message.ts";
import type { Profile } from "./profile.ts";
import { namedDay } from "./quarter-hours.ts";
import { samplesOf } from "./samples.ts";
import { type ProfileContext, updateProfiles } from "./update.ts";

const ID = "I-10082023-01658401";
const ZONE = "Europe/Vienna";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Two hours before midnight in Vienna. */
const START = Date.parse("2026-03-02T21:00:00Z");

function storeInMemory(): ProfileContext["profiles"] & { profiles: Map<string, Profile>; writes: number } {
  const profiles = new Map<string, Profile>();
  return {
    profiles,
    writes: 0,
    async read(_, since, until) {
      return [...profiles.values()].filter(({ day }) => day >= since && day <= until);
    },
    async write(profile) {
      if ((profiles.get(profile.day)?.version ?? 0) !== profile.version) return false;
      profiles.set(profile.day, { ...profile, version: profile.version + 1 });
      this.writes += 1;
      return true;
    },
  };
}

const register = (at: number, value: number): Point[] => [
  { at, measurement_type: PROFILE_TYPES.import, value },
  { at, measurement_type: PROFILE_TYPES.export, value: value / 3 },
  { at: at + 1_000, measurement_type: PROFILE_TYPES.drawn, value: value % 977 },
  { at: at + 2_000, measurement_type: "batteryVoltage", value: 5_000 },
];

/** What every day must be, computed at once from everything. */
function whole(points: readonly Point[], profiles: ReadonlyMap<string, Profile>) {
  const sorted = [...points].sort((a, b) => a.at - b.at);
  return [...profiles.values()].map(({ day }) => {
    const { from, to } = namedDay(ZONE, day);
    const computed = computeQuarterHours(samplesOf(sorted), from, to);
    return {
      day,
      import_wh: computed.map(({ import_wh }) => import_wh),
      quality: computed.map(({ quality }) => quality).join(""),
      power_max_w: computed.map(({ power_max_w }) => power_max_w),
    };
  });
}

const shown = (profiles: ReadonlyMap<string, Profile>) =>
  [...profiles.values()].map(({ day, import_wh, quality, power_max_w }) => ({
    day,
    import_wh,
    quality,
    power_max_w,
  }));

/** Polls some minutes apart, that arrive in any order, some twice, some together. */
const polls = fc
  .array(
    fc.record({
      pause: fc.oneof(fc.integer({ min: 1, max: 19 }), fc.integer({ min: 20, max: 2_000 })),
      grown: fc.integer({ min: -20, max: 900 }),
      order: fc.integer(),
      again: fc.boolean(),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((steps) => {
    let [minutes, value] = [0, 5_000];
    return steps.map(({ pause, grown, order, again }) => {
      minutes += pause;
      value = grown < -15 ? 10 : value + Math.max(0, grown) / 7;
      return { at: START + minutes * MINUTE, value, order, again };
    });
  });

describe("updating profiles", () => {
  it("ends in the same items as computing everything at once, whatever the order of arrival", async () => {
    await fc.assert(
      fc.asyncProperty(polls, async (arrivals) => {
        const stored: Point[] = [];
        const profiles = storeInMemory();
        const update = (at: number) =>
          updateProfiles({ device_id: ID, from: at, to: at + 1_000 }, ZONE, {
            points: pointsInMemory(stored),
            profiles,
          });
        for (const { at, value } of arrivals.toSorted((a, b) => a.order - b.order)) {
          stored.push(...register(at, value));
          await update(at);
        }
        for (const { at, again } of arrivals) if (again) await update(at);
        expect(shown(profiles.profiles)).toEqual(whole(stored, profiles.profiles));
      }),
      { numRuns: 200 },
    );
  });

  it("writes nothing when nothing changed, so a repeated message costs no write", async () => {
    const profiles = storeInMemory();
    const points = pointsInMemory([...register(START, 1), ...register(START + 5 * MINUTE, 2)]);
    const range = { device_id: ID, from: START, to: START + 5 * MINUTE };
    expect(await updateProfiles(range, ZONE, { points, profiles })).toBe(1);
    expect(await updateProfiles(range, ZONE, { points, profiles })).toBe(0);
    expect(profiles.writes).toBe(1);
  });

  it("starts again when another profiler has written the day since it was read", async () => {
    const profiles = storeInMemory();
    const stored = register(START, 1);
    let meets = 3;
    const others: ProfileContext["profiles"] = {
      read: profiles.read,
      async write(profile) {
        if (meets > 0) {
          meets -= 1;
          // The other one saw more measurements.
          stored.push(...register(START + (4 - meets) * 5 * MINUTE, 10 * (4 - meets)));
          await updateProfiles({ device_id: ID, from: START, to: START + HOUR }, ZONE, {
            points: pointsInMemory(stored),
            profiles,
          });
          return profiles.write(profile);
        }
        return profiles.write(profile);
      },
    };
    await updateProfiles({ device_id: ID, from: START, to: START + 1_000 }, ZONE, {
      points: (id, range) => pointsInMemory(stored)(id, range),
      profiles: others,
    });
    expect(shown(profiles.profiles)).toEqual(whole(stored, profiles.profiles));
  });

  it("keeps what was measured when the raw measurements have expired", async () => {
    const profiles = storeInMemory();
    const points = [0, 5, 10, 15, 20].flatMap((minutes) => register(START + minutes * MINUTE, minutes));
    const range = { device_id: ID, from: START, to: START + 20 * MINUTE };
    await updateProfiles(range, ZONE, { points: pointsInMemory(points), profiles });
    const before = shown(profiles.profiles);
    await updateProfiles(range, ZONE, { points: pointsInMemory(points.slice(-8)), profiles });
    expect(shown(profiles.profiles)).toEqual(before);
  });

  it("computes a day anew whose profile is of another time zone", async () => {
    const profiles = storeInMemory();
    const points = pointsInMemory(
      Array.from({ length: 40 }, (_, index) => register(START + index * 15 * MINUTE, index * 10)).flat(),
    );
    const range = { device_id: ID, from: START, to: START + 10 * HOUR };
    await updateProfiles(range, "Europe/London", { points, profiles });
    await updateProfiles({ ...range, from: range.to, to: range.to }, ZONE, { points, profiles });
    const today = profiles.profiles.get("2026-03-03");
    expect(today?.time_zone).toBe(ZONE);
    expect(today?.import_wh.filter((wh) => wh !== null)).toHaveLength(31);
  });
});
