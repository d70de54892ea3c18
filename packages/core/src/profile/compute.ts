import { QUARTER_HOUR_MS } from "./quarter-hours.ts";

/**
 * Quarter-hours from readings. Pure: the same readings make the same quarter-hours, and those of a range are the same whether
 * computed alone or within a longer one.
 */

/** A reading of a register or of a power. */
export interface Reading {
  /** Epoch milliseconds. */
  at: number;
  /** In Wh or W. */
  value: number;
}

/** `m` measured, `e` estimated or not over yet, `r` the register fell, `i` imported, `-` unknown. */
export type Quality = "m" | "e" | "r" | "i" | "-";

export interface QuarterHour {
  /** Growth of the register, in Wh to a thousandth; unknown is `null`, never zero. */
  import_wh: number | null;
  export_wh: number | null;
  /** Lowest and highest drawn-minus-fed-in power measured, in W. */
  power_min_w: number | null;
  power_max_w: number | null;
  quality: Quality;
}

/** Readings of a device, each list in order of time and with distinct times. */
export interface Samples {
  /** Registers, in Wh. */
  import: readonly Reading[];
  export: readonly Reading[];
  /** Power, in W. */
  drawn: readonly Reading[];
  fedIn: readonly Reading[];
}

/** Readings further apart leave what is between them estimated. */
const LONGEST_MEASURED_MS = 20 * 60_000;

/**
 * Readings further apart are not of one gap: most often the device's clock was wrong in one of them. Between them nothing is known.
 * By default raw measurements expire sooner.
 */
export const LONGEST_GAP_MS = 366 * 24 * 60 * 60_000;

/** Drawn and fed-in power this far apart still belong together: one poll may bring them with different times. */
export const PAIR_MS = 10 * 60_000;

/** Registers are cut at the edges of quarter-hours to a thousandth of a watt-hour, so the parts add up to the whole. */
const MILLI = 1_000;

/**
 * The quarter-hours of [`from`, `to`), which begin and end quarter-hours.
 *
 * The value of a register at an edge is interpolated between the readings beside it and then rounded; a quarter-hour is the difference
 * of its edges. So quarter-hours add up to the register's growth exactly: no energy is lost or invented. Before the first
 * and after the last reading nothing is known: the quarter-hours that contain these count what was measured of them.
 */
export function computeQuarterHours(samples: Samples, from: number, to: number): QuarterHour[] {
  const drawn = growths(samples.import, from, to);
  const fed = growths(samples.export, from, to);
  const power = powers(samples, from, to);
  return drawn.map((growth, index): QuarterHour => {
    const other = fed[index] ?? UNKNOWN;
    const range = power[index];
    return {
      import_wh: growth.wh,
      export_wh: other.wh,
      power_min_w: range?.min ?? null,
      power_max_w: range?.max ?? null,
      quality: worse(growth.quality, other.quality),
    };
  });
}

/** The quality of two parts together; an unknown part says nothing. */
export function worse(a: Quality, b: Quality): Quality {
  return RANK.indexOf(a) >= RANK.indexOf(b) ? a : b;
}

const RANK: readonly Quality[] = ["-", "i", "m", "e", "r"];

interface Growth {
  wh: number | null;
  quality: Quality;
}

const UNKNOWN: Growth = { wh: null, quality: "-" };

/** A register's growth per quarter-hour. */
function growths(readings: readonly Reading[], from: number, to: number): Growth[] {
  const found: Growth[] = [];
  let step = 0;
  for (let start = from; start < to; start += QUARTER_HOUR_MS) {
    const end = start + QUARTER_HOUR_MS;
    while ((readings[step + 1]?.at ?? Number.POSITIVE_INFINITY) <= start) step += 1;
    found.push(growth(readings, step, start, end));
  }
  return found;
}

/** @param first the step, from one reading to the next, that contains `start`, or the first step */
function growth(readings: readonly Reading[], first: number, start: number, end: number): Growth {
  let grown: number | undefined;
  let isReset = false;
  let isMeasured = true;
  let reached = start;
  for (let step = first; ; step += 1) {
    const [before, after] = [readings[step], readings[step + 1]];
    if (before === undefined || after === undefined || before.at >= end) break;
    if (after.at <= start || after.at - before.at > LONGEST_GAP_MS) continue;
    // The first reading of all, or after too long a gap, lies within this quarter-hour.
    if (before.at > reached) isMeasured = false;
    reached = after.at;
    const isFall = after.value < before.value;
    isReset ||= isFall;
    // Only the steps across an edge can be this long: those within are shorter than a quarter-hour.
    isMeasured &&= after.at - before.at <= LONGEST_MEASURED_MS;
    grown =
      (grown ?? 0) +
      (isFall
        ? 0
        : milliAt(before, after, Math.min(after.at, end)) -
          milliAt(before, after, Math.max(before.at, start)));
  }
  if (grown === undefined) return UNKNOWN;
  if (reached < end) isMeasured = false;
  return { wh: grown / MILLI, quality: isReset ? "r" : isMeasured ? "m" : "e" };
}

/** The register at a time between two readings. */
function milliAt(before: Reading, after: Reading, at: number): number {
  if (at === after.at) return Math.round(after.value * MILLI);
  const share = (at - before.at) / (after.at - before.at);
  return Math.round((before.value + (after.value - before.value) * share) * MILLI);
}

interface Range {
  min: number;
  max: number;
}

/** Lowest and highest net power per quarter-hour. */
function powers({ drawn, fedIn }: Samples, from: number, to: number): (Range | undefined)[] {
  const ranges: (Range | undefined)[] = Array.from({ length: (to - from) / QUARTER_HOUR_MS });
  const add = (at: number, watts: number) => {
    if (at < from || at >= to) return;
    const index = Math.floor((at - from) / QUARTER_HOUR_MS);
    const { min, max } = ranges[index] ?? { min: watts, max: watts };
    ranges[index] = { min: Math.min(min, watts), max: Math.max(max, watts) };
  };
  for (const [{ at, value }, fed] of besides(drawn, fedIn)) add(at, value - fed);
  for (const [{ at, value }, taken] of besides(fedIn, drawn)) add(at, taken - value);
  return ranges;
}

/** Each reading with the value of the other type nearest to it in time; zero if there is none near it. */
function* besides(readings: readonly Reading[], others: readonly Reading[]): Generator<[Reading, number]> {
  let next = 0;
  for (const reading of readings) {
    while ((others[next]?.at ?? Number.POSITIVE_INFINITY) < reading.at) next += 1;
    const [before, after] = [others[next - 1], others[next]];
    const nearest =
      after === undefined || (before !== undefined && reading.at - before.at <= after.at - reading.at)
        ? before
        : after;
    const isNear = nearest !== undefined && Math.abs(nearest.at - reading.at) <= PAIR_MS;
    yield [reading, isNear ? nearest.value : 0];
  }
}
