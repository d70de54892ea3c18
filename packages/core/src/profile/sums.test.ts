import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { emptyProfile, type Profile, quarterHours } from "./profile.ts";
import { localDays, namedDay, QUARTER_HOUR_MS, quarterHoursOf } from "./quarter-hours.ts";
import { baseLoadWatts, EnergySums, totalOf } from "./sums.ts";

const ZONE = "Europe/Vienna";
const NEVER = Number.MAX_SAFE_INTEGER;

/** A profile whose quarter-hours are measured and draw what `wh` says. */
function profile(
  day: string,
  wh: (index: number) => number | null,
  device_id = "I-10082023-01658401",
): Profile {
  const empty = emptyProfile(device_id, namedDay(ZONE, day), ZONE);
  const import_wh = empty.import_wh.map((_, index) => wh(index));
  return { ...empty, import_wh, quality: import_wh.map((value) => (value === null ? "-" : "m")).join("") };
}

function sums(
  profiles: Profile[],
  by: ConstructorParameters<typeof EnergySums>[0],
  since: string,
  until: string,
  { devices = 1, now = NEVER } = {},
) {
  const added = new EnergySums(by, ZONE, { from: namedDay(ZONE, since).from, to: namedDay(ZONE, until).to });
  for (const each of profiles) added.add(each);
  return added.result({ now, devices });
}

describe("a local day", () => {
  it.each([
    ["2026-03-28", 96],
    ["2026-03-29", 92],
    ["2026-10-25", 100],
  ])("%s has %i quarter-hours", (day, count) => {
    expect(quarterHoursOf(namedDay(ZONE, day))).toBe(count);
    const all = [...quarterHours(profile(day, () => 1))];
    expect(all).toHaveLength(count);
    expect(all.at(-1)?.at).toBe(namedDay(ZONE, day).to - QUARTER_HOUR_MS);
    expect(sums([profile(day, () => 1)], "day", day, day)).toMatchObject([
      { import_wh: count, quarter_hours: { measured: count, missing: 0 } },
    ]);
  });

  it("follows the one before without a gap, whatever the zone", () => {
    for (const zone of ["Europe/Vienna", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe"]) {
      const days = localDays(zone, Date.parse("2026-01-01T00:00:00Z"), Date.parse("2027-01-01T00:00:00Z"));
      expect(days.slice(1).map(({ from }) => from)).toEqual(days.slice(0, -1).map(({ to }) => to));
      for (const day of days) expect(Number.isInteger(quarterHoursOf(day)), day.day).toBe(true);
    }
  });
});

describe("sums of energy", () => {
  it("are by hour, day, week, month and year, with weeks from Monday", () => {
    const days = localDays(ZONE, Date.parse("2026-11-25T12:00:00Z"), Date.parse("2027-01-04T12:00:00Z"));
    const profiles = days.map(({ day }) => profile(day, () => 1));
    const total = (by: "day" | "week" | "month" | "year") =>
      sums(profiles, by, "2026-11-25", "2027-01-04").map(({ import_wh }) => import_wh);
    expect(total("day")).toHaveLength(41);
    expect(total("week")).toEqual([480, 672, 672, 672, 672, 672, 96]);
    expect(total("month")).toEqual([576, 2976, 384]);
    expect(total("year")).toEqual([3552, 384]);
    expect(sums(profiles, "hour", "2026-11-25", "2026-11-25").map(({ import_wh }) => import_wh)).toEqual(
      Array.from({ length: 24 }, () => 4),
    );
  });

  it("say what is missing, and do not count it as zero", () => {
    const half = profile("2026-11-25", (index) => (index < 48 ? 2 : null));
    expect(sums([half], "day", "2026-11-25", "2026-11-26")).toMatchObject([
      { import_wh: 96, export_wh: null, net_wh: 96, quarter_hours: { measured: 48, missing: 48 } },
      { import_wh: null, net_wh: null, peak: null, quarter_hours: { measured: 0, missing: 96 } },
    ]);
    const now = namedDay(ZONE, "2026-11-25").from + 50 * QUARTER_HOUR_MS;
    expect(sums([half], "day", "2026-11-25", "2026-11-25", { now })).toMatchObject([
      { quarter_hours: { missing: 2 } },
    ]);
  });

  it("add several devices up, and find the peak of all together", () => {
    const a = profile("2026-11-25", (index) => (index === 30 ? 500 : 10));
    const b = { ...profile("2026-11-25", (index) => (index === 40 ? 600 : 100), "I-10082023-01658402") };
    expect(sums([a, b], "day", "2026-11-25", "2026-11-25", { devices: 2 })).toMatchObject([
      {
        import_wh: 95 * 110 + 500 + 600,
        peak: { watts: 4 * 610, at: namedDay(ZONE, "2026-11-25").from + 40 * QUARTER_HOUR_MS },
        quarter_hours: { measured: 192, missing: 0 },
      },
    ]);
  });

  it("of any period equal those of its parts", () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer({ min: 0, max: 1e7 })), { minLength: 96, maxLength: 96 }),
        (values) => {
          const one = profile("2026-11-25", (index) =>
            (values[index] ?? null) === null ? null : (values[index] ?? 0) / 1_000,
          );
          const total = (by: "hour" | "quarter" | "day") =>
            sums([one], by, "2026-11-25", "2026-11-25").reduce(
              (sum, { import_wh }) => sum + Math.round((import_wh ?? 0) * 1_000),
              0,
            );
          expect(total("hour")).toBe(total("day"));
          expect(total("quarter")).toBe(total("day"));
        },
      ),
    );
  });
});

describe("the total of periods", () => {
  it("has all of their energy, the highest peak, and what is missing of each", () => {
    const days = [
      profile("2026-11-25", () => 1),
      profile("2026-11-26", (index) => (index === 5 ? 9 : index < 50 ? 1 : null)),
    ];
    const parts = sums(days, "day", "2026-11-25", "2026-11-26");
    expect(totalOf(parts)).toEqual({
      from: namedDay(ZONE, "2026-11-25").from,
      to: namedDay(ZONE, "2026-11-26").to,
      import_wh: 96 + 58,
      export_wh: null,
      net_wh: 96 + 58,
      peak: { watts: 36, at: namedDay(ZONE, "2026-11-26").from + 5 * QUARTER_HOUR_MS },
      quarter_hours: { measured: 146, estimated: 0, reset: 0, imported: 0, missing: 46 },
    });
    expect(totalOf([])).toBeUndefined();
  });
});

describe("base load", () => {
  it("is the median power between midnight and 05:00", () => {
    expect(baseLoadWatts(profile("2026-11-25", (index) => (index < 3 ? 900 : index < 20 ? 25 : 500)))).toBe(
      100,
    );
    expect(baseLoadWatts(profile("2026-11-25", (index) => (index < 9 ? 25 : null)))).toBeNull();
  });
});
