import { Temporal } from "temporal-polyfill";

import type { Alert } from "../alert/store.ts";
import { before } from "../energy/calendar.ts";
import { median } from "../median.ts";
import { type Profile, quarterHours } from "../profile/profile.ts";
import { localDay } from "../profile/quarter-hours.ts";
import {
  baseLoadWatts,
  type EnergyRange,
  type EnergySum,
  EnergySums,
  meanWatts,
  totalOf,
} from "../profile/sums.ts";
import { type CostBasis, type CostSum, CostSums, totalCost } from "../tariff/cost.ts";
import type { CostReader, PricedDevice } from "../tariff/reader.ts";

export const REPORT_UNITS = ["week", "month", "year"] as const;
export type ReportUnit = (typeof REPORT_UNITS)[number];

/** What a report is of. */
export interface ReportSubject {
  /** A device's name, or what several have in common; `undefined` for their number. */
  title: string | undefined;
  devices: readonly ReportedDevice[];
  unit: ReportUnit;
  /** Whole calendar periods; the last one may be running. */
  range: EnergyRange;
  time_zone: string;
}

export interface ReportedDevice extends PricedDevice {
  name: string;
}

/** Where a report reads. Errors pass through. */
export interface ReportSources {
  profiles(device: PricedDevice, range: EnergyRange): Promise<readonly Profile[]>;
  costs(range: EnergyRange): Promise<CostReader>;
  /** Every alert of a device. */
  alerts(deviceId: string): Promise<readonly Alert[]>;
}

export interface Report {
  title: string | undefined;
  unit: ReportUnit;
  time_zone: string;
  /** As far as it has passed. */
  range: EnergyRange;
  isRunning: boolean;
  /** This period, the one before and the same of the year before, as far as this one has come. */
  now: Totals;
  previous: Totals;
  lastYear: Totals;
  /** By day, or by month of a year. */
  parts: { energy: EnergySum; cost: CostSum | undefined }[];
  /** Mean drawn power by hour of the day, in W. */
  shape: { weekdays: (number | null)[]; weekends: (number | null)[] };
  /** The median of the nights' base loads, in W. */
  baseLoad: number | null;
  /** The days that cost most and least, or without a tariff drew most and least. */
  extremes: { most: Extreme; least: Extreme } | undefined;
  alerts: (Alert & { name: string })[];
  /** Days of which every quarter-hour is known, and days that are over. */
  complete: { days: number; of: number };
  /** Of several devices: each one's part, and how much was fed in while others drew. */
  members: Member[];
  met_wh: number | null;
  price_sources: string[];
}

export interface Totals {
  energy: EnergySum | undefined;
  cost: CostSum | undefined;
}

export interface Member {
  name: string;
  import_wh: number | null;
  export_wh: number | null;
}

export interface Extreme {
  from: number;
  import_wh: number | null;
  cost: CostSum | undefined;
}

/** Reads and computes a report. The same data gives the same report. */
export async function createReport(
  subject: ReportSubject,
  sources: ReportSources,
  now: number,
): Promise<Report> {
  const { title, unit, devices, time_zone: zone } = subject;
  const range = { from: subject.range.from, to: Math.min(subject.range.to, now) };
  const back = (by: ReportUnit) => ({
    from: before(by, zone, range.from, 1),
    to: before(by, zone, range.to, 1),
  });
  const read = await readRange(subject, range, sources, now);
  const previous = await readRange(subject, back(unit), sources, now);
  const lastYear = unit === "year" ? previous : await readRange(subject, back("year"), sources, now);
  const [days, parts] = [read.sums("day"), read.sums(unit === "year" ? "month" : "day")];
  const joined = joinDays(read.profiles).filter(
    ({ day }) => day >= localDay(zone, range.from).day && day <= localDay(zone, range.to - 1).day,
  );
  const alerts = await Promise.all(
    devices.map(async ({ device_id, name }) =>
      (await sources.alerts(device_id)).map((alert) => ({ ...alert, name })),
    ),
  );
  const hasCost = days.costs?.some(({ cost }) => cost !== null) ?? false;
  const over = days.energy.filter(({ to }) => to <= now);
  return {
    title,
    unit,
    time_zone: zone,
    range,
    isRunning: subject.range.to > now,
    now: read.totals,
    previous: previous.totals,
    lastYear: lastYear.totals,
    parts: parts.energy.map((energy, index) => ({ energy, cost: parts.costs?.[index] })),
    shape: shapeOf(joined, range, zone),
    baseLoad: median(joined.flatMap((profile) => baseLoadWatts(profile) ?? [])) ?? null,
    extremes: extremesOf(days, hasCost),
    alerts: alerts
      .flat()
      .filter(
        ({ began, closed_at }) =>
          began < range.to && (closed_at === undefined || Date.parse(closed_at) >= range.from),
      )
      .sort((a, b) => a.began - b.began),
    complete: {
      days: over.filter(({ quarter_hours }) => quarter_hours.missing === 0).length,
      of: over.length,
    },
    members: devices.length < 2 ? [] : read.members,
    met_wh: devices.length < 2 ? null : metWh(read.profiles, range),
    price_sources: hasCost ? read.priceSources : [],
  };
}

/** What is known of some time. */
interface ReadRange {
  totals: Totals;
  profiles: { device_id: string; profiles: readonly Profile[] }[];
  /** By name. */
  members: Member[];
  priceSources: string[];
  sums(by: "day" | "month" | "year"): PeriodSums;
}

interface PeriodSums {
  energy: EnergySum[];
  /** `undefined` where no device names a tariff. */
  costs: CostSum[] | undefined;
}

async function readRange(
  { devices, time_zone: zone }: ReportSubject,
  range: EnergyRange,
  sources: ReportSources,
  now: number,
): Promise<ReadRange> {
  const reader = await sources.costs(range);
  const read: { device: ReportedDevice; profiles: readonly Profile[]; basis: CostBasis | undefined }[] = [];
  for (const device of devices) {
    const basis = device.tariff === undefined ? undefined : await reader.basisOf(device);
    read.push({ device, profiles: basis?.profiles ?? (await sources.profiles(device, range)), basis });
  }

  const energyOf = (some: typeof read, by: "day" | "month" | "year") => {
    const sums = new EnergySums(by, zone, range);
    for (const { profiles } of some) for (const profile of profiles) sums.add(profile);
    const metered = some.filter(({ profiles }) => profiles.length > 0);
    return sums.result({ now, devices: metered.length });
  };
  const sums = (by: "day" | "month" | "year"): PeriodSums => {
    const costs = new CostSums(by, zone, range, now);
    for (const { basis } of read) if (basis !== undefined) costs.add(basis);
    const isPriced = devices.some(({ tariff }) => tariff !== undefined);
    return { energy: energyOf(read, by), costs: isPriced ? costs.result() : undefined };
  };
  const { energy, costs } = sums("year");
  return {
    totals: { energy: totalOf(energy), cost: costs === undefined ? undefined : totalCost(costs) },
    profiles: read.map(({ device: { device_id }, profiles }) => ({ device_id, profiles })),
    members: read
      .map((one) => {
        const { import_wh = null, export_wh = null } = totalOf(energyOf([one], "year")) ?? {};
        return { name: one.device.name, import_wh, export_wh };
      })
      .sort((a, b) => byName(a.name, b.name)),
    priceSources: reader.priceSources,
    sums,
  };
}

/** Several devices' days as one, quarter-hour by quarter-hour; one that is unknown of all is unknown. */
function joinDays(all: ReadRange["profiles"]): Profile[] {
  const joined = new Map<string, Profile>();
  for (const { profiles } of all)
    for (const profile of profiles) {
      const known = joined.get(profile.day);
      joined.set(
        profile.day,
        known === undefined
          ? profile
          : {
              ...known,
              import_wh: addUp(known.import_wh, profile.import_wh),
              export_wh: addUp(known.export_wh, profile.export_wh),
            },
      );
    }
  return [...joined.values()];
}

function addUp(a: readonly (number | null)[], b: readonly (number | null)[]): (number | null)[] {
  return a.map((value, index) => {
    const other = b[index] ?? null;
    return value === null ? other : other === null ? value : value + other;
  });
}

const { compare: byName } = new Intl.Collator(undefined, { numeric: true });

const SATURDAY = 6;
const HOURS = 24;

function shapeOf(profiles: readonly Profile[], range: EnergyRange, zone: string): Report["shape"] {
  const watts = { weekdays: hours(), weekends: hours() };
  for (const profile of profiles) {
    const weekday = Temporal.PlainDate.from(profile.day).dayOfWeek;
    const list = watts[weekday >= SATURDAY ? "weekends" : "weekdays"];
    for (const { at, import_wh } of quarterHours(profile)) {
      if (import_wh === null || at < range.from || at >= range.to) continue;
      const { hour } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
      list[hour]?.push(meanWatts(import_wh));
    }
  }
  const mean = (list: readonly number[]) =>
    list.length === 0 ? null : Math.round(list.reduce((sum, value) => sum + value, 0) / list.length);
  return { weekdays: watts.weekdays.map(mean), weekends: watts.weekends.map(mean) };
}

function hours(): number[][] {
  return Array.from({ length: HOURS }, () => []);
}

/** Days that are known in part only are no extremes. */
function extremesOf({ energy, costs }: PeriodSums, hasCost: boolean): Report["extremes"] {
  const days = energy.flatMap((day, index): (Extreme & { rank: bigint })[] => {
    const cost = costs?.[index];
    if (day.quarter_hours.missing > 0 || day.import_wh === null) return [];
    if (hasCost && (cost === undefined || cost.cost === null)) return [];
    const rank = hasCost ? (cost?.cost ?? 0n) : BigInt(Math.round(day.import_wh));
    return [{ from: day.from, import_wh: day.import_wh, cost: hasCost ? cost : undefined, rank }];
  });
  const sorted = days.toSorted((a, b) => Number(a.rank - b.rank));
  const [least, most] = [sorted[0], sorted.at(-1)];
  return least === undefined || most === undefined || sorted.length < 2 ? undefined : { most, least };
}

/**
 * What was fed in by some while others drew, in Wh: as much as can flow from a member to another one in each quarter-hour, never to
 * itself.
 */
function metWh(all: ReadRange["profiles"], range: EnergyRange): number {
  const quarters = new Map<number, { drawn: number; fedIn: number }[]>();
  for (const { profiles } of all)
    for (const profile of profiles)
      for (const { at, import_wh, export_wh } of quarterHours(profile)) {
        if (at < range.from || at >= range.to) continue;
        const members = quarters.get(at) ?? [];
        members.push({ drawn: import_wh ?? 0, fedIn: export_wh ?? 0 });
        quarters.set(at, members);
      }
  const met = [...quarters.values()].reduce((sum, members) => sum + metIn(members), 0);
  return Math.round(met);
}

function metIn(members: readonly { drawn: number; fedIn: number }[]): number {
  const drawn = members.reduce((sum, each) => sum + each.drawn, 0);
  const fedIn = members.reduce((sum, each) => sum + each.fedIn, 0);
  const withoutOne = members.map((each) => drawn - each.drawn + (fedIn - each.fedIn));
  return Math.min(drawn, fedIn, ...withoutOne);
}
