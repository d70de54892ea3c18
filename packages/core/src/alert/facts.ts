import type { Device } from "../device/device.ts";
import { lastSeen, newestMeasurementAt } from "../device/seen.ts";
import { before, calendarBoundaries, startOfPeriod } from "../energy/calendar.ts";
import type { PointReader } from "../measurement/points.ts";
import { median } from "../median.ts";
import type { PriceStore } from "../price/store.ts";
import { PROFILE_TYPES, type StoredRange } from "../profile/message.ts";
import { type Profile, quarterHours } from "../profile/profile.ts";
import { localDay, QUARTER_HOUR_MS, quarterHourOf } from "../profile/quarter-hours.ts";
import type { ProfileStore } from "../profile/store.ts";
import { baseLoadWatts, EnergySums, meanWatts } from "../profile/sums.ts";
import { CostSums } from "../tariff/cost.ts";
import { euros } from "../tariff/money.ts";
import { readStoredCosts } from "../tariff/reader.ts";
import type { TariffStore } from "../tariff/store.ts";
import type { Facts, PeriodValue } from "./evaluate.ts";
import type { AlertRule } from "./rule.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const BATTERY_TYPE = "batteryVoltage";

/** A quarter-hour that has only begun foretells nothing. */
const LEAST_FORESEEN_MS = 3 * 60_000;

/** What is older than this is no reason to alarm anybody. */
const LONGEST_AGO_MS = DAY_MS;

/** Late measurements of a night or a day have come by then. */
const SETTLED_MS = HOUR_MS;
const NIGHT_MS = 5 * HOUR_MS;

/** A day is compared with the same weekday of so many weeks, as far as that many are known. */
const COMPARED_WEEKS = 8;
const LEAST_WEEKS = 4;

/** A day of which more quarter-hours are missing is no measure, nor measured by others. */
const MOST_MISSING = 4;

/** Where facts are read. */
export interface FactSources {
  points: PointReader;
  profiles: Pick<ProfileStore, "read" | "readDays" | "firstDay">;
  prices: Pick<PriceStore, "read">;
  tariffs: Pick<TariffStore, "versions">;
}

/** Reads what the rules ask for, and no more. Errors of DynamoDB pass through. */
export async function readFacts(
  device: Device,
  rules: readonly AlertRule[],
  range: StoredRange,
  { now, ...sources }: FactSources & { now: number },
): Promise<Facts> {
  const { device_id, time_zone: zone, state } = device;
  const has = (name: AlertRule["rule"]) => rules.some(({ rule }) => rule === name);
  const from = Math.min(now, Math.max(range.from, now - LONGEST_AGO_MS));
  const energyPers = persOf(rules, "energy_above");
  const needsProfiles = has("peak_above") || has("base_load_above") || energyPers.length > 0;
  const profiles = needsProfiles
    ? await sources.profiles.read(
        device_id,
        localDay(zone, Math.min(from - QUARTER_HOUR_MS, ...periodStarts(energyPers, zone, from))).day,
        localDay(zone, now).day,
      )
    : [];
  const battery = lastSeen(state.seen, BATTERY_TYPE);
  return {
    now,
    newestAt: newestMeasurementAt(state.seen, now),
    battery:
      battery?.value === undefined ? undefined : { at: battery.timestamp, millivolts: Number(battery.value) },
    ...(has("power_above") ? { power: await drawnPower(device_id, rules, from, now, sources) } : {}),
    ...(has("peak_above")
      ? {
          quarterHours: drawnFrom(profiles, from - QUARTER_HOUR_MS),
          // The fetcher tells of what was there before its poll; the device's state knows what came with it.
          foreseen: foreseen(
            profiles,
            Math.max(range.to, lastSeen(state.seen, PROFILE_TYPES.import)?.timestamp ?? 0),
            now,
          ),
        }
      : {}),
    energy: energyPers.flatMap((per) => energyOf(profiles, per, { zone, from, now })),
    cost: await costOf(device, persOf(rules, "cost_above"), { from, now }, sources),
    ...(has("base_load_above") ? { baseLoad: lastNight(profiles, zone, now) } : {}),
    ...(has("unusual_day") ? { unusualDay: await lastDay(device, now, sources) } : {}),
  };
}

type Per = PeriodValue["per"];

function persOf(rules: readonly AlertRule[], name: "energy_above" | "cost_above"): Per[] {
  return [...new Set(rules.flatMap((rule) => (rule.rule === name ? [rule.per] : [])))];
}

function periodStarts(pers: readonly Per[], zone: string, from: number): number[] {
  return pers.map((per) => startOfPeriod(per, zone, from));
}

/** From long enough before that each stretch that reaches into the range is there with its beginning. */
async function drawnPower(
  deviceId: string,
  rules: readonly AlertRule[],
  from: number,
  now: number,
  { points }: FactSources,
): Promise<{ at: number; watts: number }[]> {
  const limits = rules.flatMap((rule) => (rule.rule === "power_above" ? [rule] : []));
  const read = async (since: number) => {
    const samples: { at: number; watts: number }[] = [];
    for await (const page of points(deviceId, { since, until: now + 1 }))
      for (const { at, measurement_type, value } of page)
        if (measurement_type === PROFILE_TYPES.drawn) samples.push({ at, watts: value });
    return samples;
  };
  const lookbackMs = Math.max(...limits.map(({ minutes }) => minutes)) * 60_000 + HOUR_MS;
  const samples = await read(from - lookbackMs);
  const lowest = Math.min(...limits.map(({ watts }) => watts));
  const isCut = (samples[0]?.watts ?? 0) > lowest;
  return isCut ? read(from - lookbackMs - LONGEST_AGO_MS) : samples;
}

function drawnFrom(profiles: readonly Profile[], from: number): { at: number; watts: number }[] {
  return profiles
    .flatMap((profile) => [...quarterHours(profile)])
    .flatMap(({ at, import_wh }) =>
      import_wh === null || at < quarterHourOf(from) ? [] : [{ at, watts: meanWatts(import_wh) }],
    );
}

/** From what was drawn since the running quarter-hour began until the register was read last. */
function foreseen(profiles: readonly Profile[], readAt: number, now: number): Facts["foreseen"] {
  const at = quarterHourOf(now);
  const elapsedMs = readAt - at;
  const running = profiles
    .flatMap((profile) => [...quarterHours(profile)])
    .find((quarter) => quarter.at === at)?.import_wh;
  if (running === null || running === undefined || elapsedMs < LEAST_FORESEEN_MS || readAt > now)
    return undefined;
  return { at, watts: Math.round((running * HOUR_MS) / elapsedMs) };
}

function energyOf(
  profiles: readonly Profile[],
  per: Per,
  { zone, from, now }: { zone: string; from: number; now: number },
): PeriodValue[] {
  const range = { from: startOfPeriod(per, zone, from), to: now + 1 };
  const sums = new EnergySums(per, zone, range);
  for (const profile of profiles) sums.add(profile);
  return withPeriods(per, zone, range, sums.result({ now, devices: 1 }), ({ import_wh }) =>
    import_wh === null ? null : import_wh / 1_000,
  );
}

/** Values of what was summed, with the whole periods that they are of. */
function withPeriods<Sum>(
  per: Per,
  zone: string,
  range: { from: number; to: number },
  sums: readonly Sum[],
  amountOf: (sum: Sum) => number | null,
): PeriodValue[] {
  const boundaries = calendarBoundaries(per, zone, range.from, range.to);
  return sums.flatMap((sum, index) => {
    const value = amountOf(sum);
    const [from, to] = [boundaries[index], boundaries[index + 1]];
    return value === null || from === undefined || to === undefined ? [] : [{ per, from, to, value }];
  });
}

async function costOf(
  device: Device,
  pers: readonly Per[],
  { from, now }: { from: number; now: number },
  sources: FactSources,
): Promise<PeriodValue[]> {
  const { time_zone: zone, tariff } = device;
  if (pers.length === 0 || tariff === undefined) return [];
  const range = { from: Math.min(...periodStarts(pers, zone, from)), to: now + 1 };
  const reader = await readStoredCosts(range, sources);
  const basis = await reader.basisOf(device);
  if (basis === undefined || basis.versions.length === 0) return [];
  return pers.flatMap((per) => {
    const own = { from: startOfPeriod(per, zone, from), to: now + 1 };
    const sums = new CostSums(per, zone, own, now);
    sums.add(basis);
    return withPeriods(per, zone, own, sums.result(), ({ cost }) => (cost === null ? null : euros(cost)));
  });
}

/** Once the night is over. */
function lastNight(profiles: readonly Profile[], zone: string, now: number): Facts["baseLoad"] {
  const today = localDay(zone, now);
  if (now < today.from + NIGHT_MS + QUARTER_HOUR_MS) return undefined;
  const profile = profiles.find(({ day }) => day === today.day);
  const watts = profile === undefined ? null : baseLoadWatts(profile);
  return watts === null ? undefined : { from: today.from, watts };
}

/** The last whole day beside the same weekday of the weeks before. */
async function lastDay(
  { device_id, time_zone: zone }: Device,
  now: number,
  { profiles }: FactSources,
): Promise<Facts["unusualDay"]> {
  const today = localDay(zone, now);
  if (now < today.from + SETTLED_MS) return undefined;
  const day = localDay(zone, today.from - 1);
  const compared = Array.from({ length: COMPARED_WEEKS }, (_, week) =>
    localDay(zone, before("day", zone, day.from, 7 * (week + 1))),
  );
  const found = await profiles.readDays(
    [day, ...compared].map(({ day: name }) => ({ device_id, day: name })),
  );
  const totals = new Map(found.map((profile) => [profile.day, wholeDay(profile)]));
  const own = totals.get(day.day);
  const others = compared.flatMap(({ day: name }) => totals.get(name) ?? []);
  const usual = median(others);
  if (own === undefined || usual === undefined || usual === 0 || others.length < LEAST_WEEKS)
    return undefined;
  return { from: day.from, percent: Math.round((own / usual - 1) * 100) };
}

/** What was drawn on a day in Wh; `undefined` if too little of it is known. */
function wholeDay(profile: Profile): number | undefined {
  const known = profile.import_wh.filter((wh) => wh !== null);
  const isWhole = known.length >= profile.import_wh.length - MOST_MISSING;
  return isWhole ? known.reduce((sum, wh) => sum + wh, 0) : undefined;
}
