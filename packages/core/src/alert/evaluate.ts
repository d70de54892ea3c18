/**
 * Decides from what is known of a device which of its rules hold. Nothing here depends on the order in which messages come or how often:
 * the same facts give the same alerts, and an alert is known by its rule and the time it began.
 */
import { QUARTER_HOUR_MS, quarterHourOf } from "../profile/quarter-hours.ts";
import type { EnergyRange } from "../profile/sums.ts";
import { type AlertRule, limitOf, ruleId } from "./rule.ts";

/** What is known of a device. A part that no rule asks for, or that nobody knows, is missing. */
export interface Facts {
  /** Epoch milliseconds. */
  now: number;
  /** When it sent its newest measurement. */
  newestAt?: number | undefined;
  battery?: { at: number; millivolts: number } | undefined;
  /** Drawn power in order of time, from before the stored range until now. */
  power?: readonly { at: number; watts: number }[];
  /** What was drawn in the quarter-hours that may have changed, and in the running one, in order. */
  quarterHours?: readonly { at: number; watts: number }[];
  /** The running quarter-hour's mean as it will be if it goes on like this. */
  foreseen?: { at: number; watts: number } | undefined;
  /** Drawn in the periods that the stored range and now lie in, in kWh. */
  energy?: readonly PeriodValue[];
  /** In EUR. */
  cost?: readonly PeriodValue[];
  baseLoad?: { from: number; watts: number } | undefined;
  /** How many percent the last whole day differs. */
  unusualDay?: { from: number; percent: number } | undefined;
}

export interface PeriodValue extends EnergyRange {
  per: "day" | "week" | "month";
  value: number;
}

/** An alert that lasts, as the table knows it. */
export interface OpenAlert {
  rule: AlertRule;
  began: number;
}

/** A time that a rule holds. */
export interface Episode {
  rule: AlertRule;
  /** Epoch milliseconds. */
  began: number;
  /** `undefined` while it lasts. */
  ended: number | undefined;
  /** In the unit of the rule's limit. */
  value: number;
}

export interface Evaluation {
  /** Those that are over already, too. */
  held: Episode[];
  /** Open alerts that are over. `value` is `undefined` where nobody knows it any more. */
  over: { alert: OpenAlert; ended: number; value: number | undefined }[];
}

/** An alert is over at this part of its limit; one of a value that is too low at the same part above it. */
const HYSTERESIS = 0.1;

/** Two measurements further apart say nothing of the time between them. */
const LONGEST_PAUSE_MS = 3_600_000;

/** @param open the device's alerts that last */
export function evaluate(rules: readonly AlertRule[], facts: Facts, open: readonly OpenAlert[]): Evaluation {
  const evaluation: Evaluation = { held: [], over: [] };
  const byId = new Map(rules.map((rule) => [ruleId(rule), rule]));
  for (const [id, rule] of byId) {
    const own = open.filter((alert) => ruleId(alert.rule) === id);
    const found = episodesOf(rule, facts, own.at(-1));
    // Nothing is known: what lasts goes on.
    if (found === undefined) continue;
    evaluation.held.push(...found.episodes);
    for (const alert of own) {
      const episode = found.episodes.find(({ began }) => began === alert.began);
      const { ended, value } = episode ?? found.overOf(alert);
      if (ended !== undefined) evaluation.over.push({ alert, ended, value });
    }
  }
  for (const alert of open)
    if (!byId.has(ruleId(alert.rule))) evaluation.over.push({ alert, ended: facts.now, value: undefined });
  return evaluation;
}

interface Found {
  episodes: Episode[];
  /** When an open alert was over that is not among the episodes, and what was measured last. */
  overOf: (alert: OpenAlert) => { ended: number; value: number | undefined };
}

function episodesOf(rule: AlertRule, facts: Facts, open: OpenAlert | undefined): Found | undefined {
  const { now } = facts;
  switch (rule.rule) {
    case "power_above":
      return facts.power === undefined || facts.power.length === 0
        ? undefined
        : powerEpisodes(rule, facts.power, open);
    case "no_data": {
      const { newestAt } = facts;
      if (newestAt === undefined) return undefined;
      const minutes = Math.floor((now - newestAt) / 60_000);
      const isSilent = minutes >= rule.minutes;
      return {
        episodes: isSilent ? [{ rule, began: newestAt, ended: undefined, value: minutes }] : [],
        overOf: ({ began }) => ({ ended: newestAt, value: Math.floor((newestAt - began) / 60_000) }),
      };
    }
    case "energy_above":
      return periodEpisodes(rule, rule.per, facts.energy, now);
    case "cost_above":
      return periodEpisodes(rule, rule.per, facts.cost, now);
    case "peak_above":
      return peakEpisodes(rule, facts, open);
    case "base_load_above":
      return facts.baseLoad === undefined
        ? undefined
        : lasting(rule, { at: facts.baseLoad.from, value: facts.baseLoad.watts, now }, open);
    case "battery_below":
      return facts.battery === undefined
        ? undefined
        : lasting(rule, { at: quarterHourOf(facts.battery.at), value: facts.battery.millivolts, now }, open);
    case "unusual_day":
      return facts.unusualDay === undefined ? undefined : unusualEpisodes(rule, facts.unusualDay);
  }
}

/** Of a value that is measured now and then: it goes on until it is well on the right side of the limit again. */
function lasting(
  rule: AlertRule,
  { at, value, now }: { at: number; value: number; now: number },
  open: OpenAlert | undefined,
): Found {
  const isHeld = isBeyond(rule, value) || (open !== undefined && !isBackWell(rule, value));
  const began = open?.began ?? at;
  return {
    episodes: isHeld ? [{ rule, began, ended: undefined, value }] : [],
    overOf: () => ({ ended: now, value }),
  };
}

function isBeyond(rule: AlertRule, value: number): boolean {
  return rule.rule === "battery_below" ? value < limitOf(rule) : value > limitOf(rule);
}

function isBackWell(rule: AlertRule, value: number): boolean {
  const limit = limitOf(rule);
  return rule.rule === "battery_below"
    ? value >= limit * (1 + HYSTERESIS)
    : value <= limit * (1 - HYSTERESIS);
}

function periodEpisodes(
  rule: AlertRule,
  per: PeriodValue["per"],
  periods: readonly PeriodValue[] | undefined,
  now: number,
): Found | undefined {
  const own = periods?.filter((period) => period.per === per);
  const current = own?.at(-1);
  if (own === undefined || current === undefined) return undefined;
  return {
    episodes: own
      .filter(({ value }) => isBeyond(rule, value))
      .map(({ from, to, value }) => ({ rule, began: from, ended: to <= now ? to : undefined, value })),
    // Its period has passed, or a tariff was changed.
    overOf: ({ began }) =>
      began < current.from ? { ended: current.from, value: undefined } : { ended: now, value: current.value },
  };
}

/** Each stretch above the limit that lasted, until the first value well below it. */
function powerEpisodes(
  rule: Extract<AlertRule, { rule: "power_above" }>,
  samples: readonly { at: number; watts: number }[],
  open: OpenAlert | undefined,
): Found {
  const episodes: Episode[] = [];
  const lastedMs = rule.minutes * 60_000;
  let since: number | undefined;
  let highest = 0;
  let held: Episode | undefined;
  const [first] = samples;
  // It began before what is known here.
  if (open !== undefined && first !== undefined && open.began < first.at)
    held = { rule, began: open.began, ended: undefined, value: first.watts };
  let before = Number.NEGATIVE_INFINITY;
  for (const { at, watts } of samples) {
    // Nobody knows what was in between.
    if (at - before > LONGEST_PAUSE_MS) since = undefined;
    before = at;
    if (held !== undefined) {
      if (isBackWell(rule, watts)) {
        episodes.push({ ...held, ended: at });
        held = undefined;
      } else held.value = Math.max(held.value, watts);
    }
    if (held !== undefined) continue;
    if (!isBeyond(rule, watts)) {
      since = undefined;
      continue;
    }
    highest = since === undefined ? watts : Math.max(highest, watts);
    since ??= at;
    if (at - since < lastedMs) continue;
    held = { rule, began: since, ended: undefined, value: highest };
    since = undefined;
  }
  if (held !== undefined) episodes.push(held);
  const last = samples.at(-1);
  return { episodes, overOf: ({ began }) => ({ ended: last?.at ?? began, value: last?.watts }) };
}

/** Each quarter-hour above the limit; the running one as it is foreseen, until that is well below it. */
function peakEpisodes(
  rule: Extract<AlertRule, { rule: "peak_above" }>,
  { quarterHours = [], foreseen, now }: Facts,
  open: OpenAlert | undefined,
): Found | undefined {
  if (quarterHours.length === 0 && foreseen === undefined) return undefined;
  const kw = (watts: number) => watts / 1_000;
  const episodes = quarterHours
    .filter(({ at, watts }) => at + QUARTER_HOUR_MS <= now && isBeyond(rule, kw(watts)))
    .map(({ at, watts }): Episode => ({ rule, began: at, ended: at + QUARTER_HOUR_MS, value: kw(watts) }));
  if (foreseen !== undefined) {
    const value = kw(foreseen.watts);
    const isOpen = open?.began === foreseen.at;
    if (isBeyond(rule, value) || (isOpen && !isBackWell(rule, value)))
      episodes.push({ rule, began: foreseen.at, ended: undefined, value });
  }
  return {
    episodes,
    overOf: ({ began }) => ({
      ended: Math.min(now, began + QUARTER_HOUR_MS),
      value: foreseen?.at === began ? kw(foreseen.watts) : undefined,
    }),
  };
}

/** A day that was unusual is over when the next one was not, or was in its own way. */
function unusualEpisodes(rule: AlertRule, { from, percent }: { from: number; percent: number }): Found {
  const isHeld = isBeyond(rule, Math.abs(percent));
  return {
    episodes: isHeld ? [{ rule, began: from, ended: undefined, value: percent }] : [],
    overOf: () => ({ ended: from, value: undefined }),
  };
}
