import { type CalendarUnit, calendarBoundaries } from "../energy/calendar.ts";
import { median } from "../median.ts";
import { type Profile, quarterHours } from "./profile.ts";
import { QUARTER_HOUR_MS } from "./quarter-hours.ts";

/** Energy of a period, of one device or of several together. The first and the last may be cut by what was asked for. */
export interface EnergySum {
  /** Epoch milliseconds. */
  from: number;
  /** Exclusive. */
  to: number;
  /** In Wh; `null` if nothing of it is known. */
  import_wh: number | null;
  export_wh: number | null;
  /** Drawn minus fed in; a part that is unknown counts as nothing. */
  net_wh: number | null;
  /** The highest quarter-hour mean of what was drawn, in W, and the start of that quarter-hour. */
  peak: { watts: number; at: number } | null;
  /** How many quarter-hours, counted once per device, are of which quality. */
  quarter_hours: Completeness;
}

export interface Completeness {
  measured: number;
  estimated: number;
  reset: number;
  imported: number;
  /** Over, and unknown. */
  missing: number;
}

const QUALITIES = { m: "measured", e: "estimated", r: "reset", i: "imported" } as const;

const MILLI = 1_000;

/** Epoch milliseconds: only quarter-hours that begin within count. */
export interface EnergyRange {
  from: number;
  /** Exclusive. */
  to: number;
}

/** Adds quarter-hours up to periods of a calendar; holds the sums only, whatever the number of profiles. */
export class EnergySums {
  readonly #range: EnergyRange;
  readonly #periods: Period[];

  constructor(by: CalendarUnit, zone: string, range: EnergyRange) {
    this.#range = range;
    const boundaries = calendarBoundaries(by, zone, range.from, range.to);
    this.#periods = boundaries
      .slice(0, -1)
      .map((start, index) => new Period(start, boundaries[index + 1] ?? start));
  }

  /** Profiles of one device or of several, in any order. */
  add(profile: Profile): void {
    const { from, to } = this.#range;
    // Quarter-hours come in order, so the next one is in the same period or in the one after it.
    let index = 0;
    for (const quarter of quarterHours(profile)) {
      if (quarter.at < from || quarter.at >= to) continue;
      while (quarter.at >= (this.#periods[index]?.to ?? Number.POSITIVE_INFINITY)) index += 1;
      this.#periods[index]?.add(quarter);
    }
  }

  /**
   * @param expected.now what begins later is not missing
   * @param expected.devices how many devices' quarter-hours should be there
   */
  result({ now, devices }: { now: number; devices: number }): EnergySum[] {
    const { from, to } = this.#range;
    return this.#periods.map((period) => period.sum({ from, to, now, devices }));
  }
}

/** One period out of several that follow one another. */
export function totalOf(sums: readonly EnergySum[]): EnergySum | undefined {
  const [first] = sums;
  if (first === undefined) return undefined;
  const plus = (a: number | null, b: number | null) =>
    a === null ? b : b === null ? a : wh(milli(a) + milli(b));
  return sums.slice(1).reduce<EnergySum>(
    (total, next) => ({
      from: total.from,
      to: next.to,
      import_wh: plus(total.import_wh, next.import_wh),
      export_wh: plus(total.export_wh, next.export_wh),
      net_wh: plus(total.net_wh, next.net_wh),
      peak: (next.peak?.watts ?? -1) > (total.peak?.watts ?? -1) ? next.peak : total.peak,
      quarter_hours: addUp(total.quarter_hours, next.quarter_hours),
    }),
    first,
  );
}

function addUp(a: Completeness, b: Completeness): Completeness {
  return {
    measured: a.measured + b.measured,
    estimated: a.estimated + b.estimated,
    reset: a.reset + b.reset,
    imported: a.imported + b.imported,
    missing: a.missing + b.missing,
  };
}

class Period {
  readonly #from: number;
  readonly to: number;
  #import: number | undefined;
  #export: number | undefined;
  readonly #drawn = new Map<number, number>();
  readonly #count: Completeness = { measured: 0, estimated: 0, reset: 0, imported: 0, missing: 0 };

  constructor(from: number, to: number) {
    this.#from = from;
    this.to = to;
  }

  add({
    at,
    import_wh,
    export_wh,
    quality,
  }: {
    at: number;
    import_wh: number | null;
    export_wh: number | null;
    quality: string;
  }): void {
    if (quality in QUALITIES) this.#count[QUALITIES[quality as keyof typeof QUALITIES]] += 1;
    if (import_wh !== null) {
      this.#import = (this.#import ?? 0) + milli(import_wh);
      this.#drawn.set(at, (this.#drawn.get(at) ?? 0) + milli(import_wh));
    }
    if (export_wh !== null) this.#export = (this.#export ?? 0) + milli(export_wh);
  }

  sum({ now, devices, ...range }: EnergyRange & { now: number; devices: number }): EnergySum {
    const { measured, estimated, reset, imported } = this.#count;
    const isKnown = this.#import !== undefined || this.#export !== undefined;
    const [from, to] = [Math.max(this.#from, range.from), Math.min(this.to, range.to)];
    const over = Math.max(0, Math.floor((Math.min(to, now) - from) / QUARTER_HOUR_MS)) * devices;
    const [at, most] = [...this.#drawn].reduce<[number, number]>((a, b) => (b[1] > a[1] ? b : a), [0, -1]);
    return {
      from,
      to,
      import_wh: wh(this.#import),
      export_wh: wh(this.#export),
      net_wh: isKnown ? wh((this.#import ?? 0) - (this.#export ?? 0)) : null,
      peak: most < 0 ? null : { watts: meanWatts(most / MILLI), at },
      quarter_hours: {
        ...this.#count,
        missing: Math.max(0, over - measured - estimated - reset - imported),
      },
    };
  }
}

/** The mean power of a quarter-hour, in W. */
export function meanWatts(wh: number): number {
  return Math.round(wh * 4 * MILLI) / MILLI;
}

/** The last quarter-hour of the night in which base load is measured ends five hours after midnight. */
const BASE_LOAD_HOURS = 5;

/** A night's base load: the median power drawn between midnight and 05:00, in W; `null` if too little of it is known. */
export function baseLoadWatts(profile: Profile): number | null {
  const [midnight] = quarterHours(profile);
  const night = [...quarterHours(profile)]
    .filter(({ at }) => midnight !== undefined && at - midnight.at < BASE_LOAD_HOURS * 4 * QUARTER_HOUR_MS)
    .flatMap(({ import_wh, quality }) =>
      import_wh === null || quality === "r" ? [] : [meanWatts(import_wh)],
    );
  return night.length < BASE_LOAD_HOURS * 2 ? null : (median(night) ?? null);
}

function milli(value: number): number {
  return Math.round(value * MILLI);
}

function wh(value: number | undefined): number | null {
  return value === undefined ? null : value / MILLI;
}
