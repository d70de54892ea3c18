import { describe, expect, it } from "vitest";

import { startOfPeriod } from "../energy/calendar.ts";
import { emptyProfile, type Profile } from "../profile/profile.ts";
import { localDays, QUARTER_HOUR_MS, quarterHoursOf } from "../profile/quarter-hours.ts";
import { COST_PARTS, type CostBasis, type CostSum, CostSums, totalCost } from "./cost.ts";
import { euros } from "./money.ts";
import { Tariff } from "./tariff.ts";

const ZONE = "Europe/Vienna";
const YEAR = { from: Date.parse("2026-01-01T00:00:00+01:00"), to: Date.parse("2027-01-01T00:00:00+01:00") };

/** Reproducible, and never the same in two quarter-hours. */
const noise = (at: number) => Math.abs(Math.sin(at / 1e7)) % 1;

/** A year of quarter-hours of up to 500 Wh drawn and 300 Wh fed in, to the thousandth of a Wh. */
function profilesOf(range: { from: number; to: number }, missing = (_at: number) => false): Profile[] {
  return localDays(ZONE, range.from, range.to).map((day) => {
    const starts = Array.from(
      { length: quarterHoursOf(day) },
      (_, index) => day.from + index * QUARTER_HOUR_MS,
    );
    const wh = (at: number, most: number) =>
      missing(at) ? null : Math.round(noise(at) * most * 1_000) / 1_000;
    return {
      ...emptyProfile("I-10082023-01658401", day, ZONE),
      import_wh: starts.map((at) => wh(at, 500)),
      export_wh: starts.map((at) => wh(at + 1, 300)),
      quality: starts.map((at) => (missing(at) ? "-" : "m")).join(""),
    };
  });
}

function pricesOf(range: { from: number; to: number }): Map<number, number> {
  const prices = new Map<number, number>();
  for (let at = range.from; at < range.to; at += QUARTER_HOUR_MS)
    prices.set(at, Math.round((noise(at + 2) * 300 - 100) * 100) / 100);
  return prices;
}

const SPOT = Tariff.parse({
  tariff: "spot",
  valid_from: "2025-01-01",
  energy: { kind: "spot", factor: 1.03, markup_ct: 1.2 },
  grid: [{ ct: 7.64 }, { ct: 6.11, months: [4, 9], hours: [10, 16] }],
  levies: [{ name: "Elektrizitätsabgabe", ct: 0.1 }],
  base_fees: [
    { name: "grid", eur_per_month: 4 },
    { name: "supplier", eur_per_month: 2.99 },
  ],
  feed_in: { kind: "spot", markup_ct: -0.5 },
  peak: { eur_per_kw_month: 3.5 },
});

function basis(given: Partial<CostBasis> = {}): CostBasis {
  return {
    time_zone: ZONE,
    profiles: profilesOf(YEAR),
    versions: [SPOT],
    prices: pricesOf(YEAR),
    since: YEAR.from,
    ...given,
  };
}

function costs(
  by: "quarter" | "day" | "month" | "year",
  of: CostBasis,
  range = YEAR,
  now = range.to,
): readonly CostSum[] {
  const sums = new CostSums(by, ZONE, range, now);
  sums.add(of);
  return sums.result();
}

const tariff = (fields: object) =>
  Tariff.parse({
    tariff: "t",
    valid_from: "2020-01-01",
    vat_percent: 0,
    energy: { kind: "fixed", ct: 0 },
    ...fields,
  });

const DAY = { from: YEAR.from, to: YEAR.from + 96 * QUARTER_HOUR_MS };

describe("the cost", () => {
  it("of a year is the sum of its months, its days and its quarter-hours, to the last digit", () => {
    const of = basis({ profiles: profilesOf(YEAR, (at) => noise(at + 7) < 0.05) });
    const [year] = costs("year", of);
    expect(year?.quarter_hours.not_measured).toBeGreaterThan(1_000);
    for (const by of ["month", "day", "quarter"] as const) {
      const total = totalCost(costs(by, of));
      expect(total?.parts).toEqual(year?.parts);
      expect(total?.cost).toBe(year?.cost);
      expect(total?.earned).toBe(year?.earned);
      expect(total?.quarter_hours).toEqual(year?.quarter_hours);
    }
  });

  it("is the sum of its parts", () => {
    for (const { parts, cost } of costs("month", basis()))
      expect(COST_PARTS.reduce((sum, part) => sum + parts[part], 0n)).toBe(cost);
  });

  it("at a fixed price is quantity times price, and the tax on it", () => {
    const profiles = profilesOf(YEAR);
    const milli = profiles
      .flatMap(({ import_wh }) => import_wh)
      .reduce<number>((sum, wh) => sum + Math.round((wh ?? 0) * 1_000), 0);
    const [year] = costs(
      "year",
      basis({ profiles, versions: [tariff({ energy: { kind: "fixed", ct: 14.9 }, vat_percent: 20 })] }),
    );
    // 10⁻³ Wh × 0.149 EUR per 10³ Wh
    expect(year?.cost).toBe(((BigInt(milli) * 149n * 10n ** 13n * 12n) / 10n) * 1n);
  });

  it("is lowered by a negative price", () => {
    const profiles = [
      { ...profilesOf(DAY)[0], import_wh: Array.from({ length: 96 }, () => 1_000) } as Profile,
    ];
    const prices = new Map(
      Array.from({ length: 96 }, (_, index) => [DAY.from + index * QUARTER_HOUR_MS, index < 48 ? 100 : -50]),
    );
    const [half] = costs(
      "day",
      basis({ profiles, prices, versions: [tariff({ energy: { kind: "spot" } })] }),
      DAY,
    );
    expect(euros(half?.cost ?? 0n)).toBe(2.4);
  });

  it("names what has no price and what was not measured apart from what costs nothing", () => {
    const prices = pricesOf(DAY);
    for (let index = 20; index < 24; index += 1) prices.delete(DAY.from + index * QUARTER_HOUR_MS);
    const missing = DAY.from + 50 * QUARTER_HOUR_MS;
    const profiles = profilesOf(DAY, (at) => at === missing);
    const [day] = costs("day", basis({ profiles, prices }), DAY);
    expect(day?.quarter_hours).toEqual({ priced: 91, no_price: 4, not_measured: 1 });
    const unpriced = profiles[0]?.import_wh.slice(20, 24).reduce<number>((sum, wh) => sum + (wh ?? 0), 0);
    expect(day?.unpriced_wh).toBeCloseTo(unpriced ?? 0, 3);
    const [without] = costs("day", basis({ versions: [] }), DAY);
    expect(without).toMatchObject({ cost: null, earned: null, quarter_hours: { priced: 0, no_price: 96 } });
  });

  it("changes from the day on that a version is valid", () => {
    const versions = [
      tariff({ energy: { kind: "fixed", ct: 10 } }),
      tariff({ valid_from: "2026-01-02", energy: { kind: "fixed", ct: 20 } }),
    ];
    const range = { from: DAY.from, to: DAY.to + 96 * QUARTER_HOUR_MS };
    const profiles = profilesOf(range).map((profile) => ({
      ...profile,
      import_wh: profile.import_wh.map(() => 250),
    }));
    const days = costs("day", basis({ profiles, versions }), range);
    expect(days.map(({ cost }) => euros(cost ?? 0n))).toEqual([2.4, 4.8]);
  });

  it("follows zones by month, weekday and hour, the last that matches", () => {
    const zones = [
      { ct: 8 },
      { ct: 6, months: [4, 9], hours: [10, 16] },
      { ct: 1, weekdays: [6, 7], hours: [22, 6] },
    ];
    const of = (date: string, versions: Tariff[]) => {
      const from = Date.parse(`${date}T00:00:00Z`);
      const range = {
        from: startOfPeriod("day", ZONE, from + 12 * 3_600_000),
        to: startOfPeriod("day", ZONE, from + 36 * 3_600_000),
      };
      const profiles = profilesOf(range).map((profile) => ({
        ...profile,
        import_wh: profile.import_wh.map(() => 250),
      }));
      return euros(costs("day", basis({ profiles, versions, since: range.from }), range)[0]?.cost ?? 0n, 4);
    };
    for (const versions of [[tariff({ energy: { kind: "zones", zones } })], [tariff({ grid: zones })]]) {
      expect(of("2026-01-14", versions)).toBe(1.92);
      expect(of("2026-07-15", versions)).toBe(1.8);
      expect(of("2026-07-18", versions)).toBe(1.24);
      // The Sundays on which clocks change: 23 hours with five of them at night, and 25 with seven; not in October's SNAP.
      expect(of("2026-03-29", versions)).toBeCloseTo((16 * 8 + 7 * 1) / 100, 6);
      expect(of("2026-10-25", versions)).toBeCloseTo((16 * 8 + 9 * 1) / 100, 6);
    }
  });

  it("spreads a month's fees over its quarter-hours, and its peak over those that raise it", () => {
    const profiles = [
      {
        ...(profilesOf(DAY)[0] as Profile),
        import_wh: Array.from({ length: 96 }, (_, index) =>
          index === 10 ? 500 : index === 40 ? 1_000 : 100,
        ),
      },
    ];
    const version = tariff({ base_fees: [{ name: "x", eur_per_month: 31 }], peak: { eur_per_kw_month: 2 } });
    const quarters = costs("quarter", basis({ profiles, versions: [version] }), DAY);
    expect(euros(totalCost(quarters)?.parts.base ?? 0n)).toBe(1);
    const raised = quarters.flatMap(({ parts }, index) =>
      parts.peak === 0n ? [] : [[index, euros(parts.peak)]],
    );
    expect(raised).toEqual([
      [0, 0.8],
      [10, 3.2],
      [40, 4],
    ]);
    // Of a range that begins later, the peak before it is known.
    const later = { from: DAY.from + 20 * QUARTER_HOUR_MS, to: DAY.to };
    expect(
      euros(totalCost(costs("quarter", basis({ profiles, versions: [version] }), later))?.parts.peak ?? 0n),
    ).toBe(4);
  });

  it("is none of what comes, and none before the first load profile", () => {
    const since = DAY.from + 96 * QUARTER_HOUR_MS;
    const range = { from: DAY.from, to: since + 96 * QUARTER_HOUR_MS };
    const now = since + 10 * QUARTER_HOUR_MS;
    const [before, day] = costs("day", basis({ since }), range, now);
    expect(before).toMatchObject({ cost: null, quarter_hours: { priced: 0, no_price: 0, not_measured: 0 } });
    expect(day?.quarter_hours.priced).toBe(10);
  });

  it("has the tax of what is earned only where the tariff says so", () => {
    const profiles = profilesOf(DAY).map((profile) => ({
      ...profile,
      export_wh: profile.export_wh.map(() => 250),
    }));
    const earned = (feed_in: object) =>
      euros(
        costs("day", basis({ profiles, versions: [tariff({ vat_percent: 20, feed_in })] }), DAY)[0]?.earned ??
          0n,
      );
    expect(earned({ kind: "fixed", ct: 5 })).toBe(1.2);
    expect(earned({ kind: "fixed", ct: 5, vat_percent: 20 })).toBe(1.44);
  });

  it.each([
    [0.005, 0.01],
    [-0.005, -0.01],
    [0.0049, 0],
    [12.345, 12.35],
  ])("is rounded to the cent at the end: %d is %d", (exact, shown) => {
    expect(euros(BigInt(Math.round(exact * 1e6)) * 10n ** 16n)).toBe(shown);
  });
});
