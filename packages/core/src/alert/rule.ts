import * as z from "zod";

/** More rules than a person keeps in mind are a mistake. */
const MAX_RULES = 20;

const MOST_MINUTES = 31 * 24 * 60;

const PERS = ["day", "week", "month"] as const;
const per = z.enum(PERS);
const above0 = (most: number) => z.number().gt(0).max(most);
const minutes = (least: number) => z.int().min(least).max(MOST_MINUTES);

/** What a device is watched for. Strict: a misspelled limit would never ring. */
export const AlertRule = z.discriminatedUnion("rule", [
  /** Drawn power above a limit for as long. */
  z.strictObject({ rule: z.literal("power_above"), watts: above0(10_000_000), minutes: minutes(1) }),
  /** Nothing new for as long. */
  z.strictObject({ rule: z.literal("no_data"), minutes: minutes(10) }),
  z.strictObject({ rule: z.literal("energy_above"), kwh: above0(100_000_000), per }),
  /** Needs a tariff. */
  z.strictObject({ rule: z.literal("cost_above"), eur: above0(100_000_000), per }),
  /** The mean of a quarter-hour; of the running one as it is foreseen. */
  z.strictObject({ rule: z.literal("peak_above"), kw: above0(10_000) }),
  /** Of the last night. */
  z.strictObject({ rule: z.literal("base_load_above"), watts: above0(10_000_000) }),
  z.strictObject({ rule: z.literal("battery_below"), millivolts: above0(100_000) }),
  /** A day that differs by so much from the median of its weekday in the eight weeks before. */
  z.strictObject({ rule: z.literal("unusual_day"), percent: above0(10_000) }),
]);
export type AlertRule = z.infer<typeof AlertRule>;
export type AlertRuleName = AlertRule["rule"];

export const AlertRules = z.array(AlertRule).max(MAX_RULES);

/** Of a stage that says nothing. */
export const DEFAULT_ALERT_RULES: AlertRule[] = [{ rule: "no_data", minutes: 60 }];

export const ALERT_RULE_NAMES = AlertRule.options.map(({ shape }) => shape.rule.value);

/** The fields of a rule beside its name, in the order in which people say them. */
export function fieldsOf(name: AlertRuleName): string[] {
  const option = AlertRule.options.find(({ shape }) => shape.rule.value === name);
  return Object.keys(option?.shape ?? {}).filter((field) => field !== "rule");
}

/** A rule with its limits as one word, the first part of its alerts' keys: `energy_above-20-day`. A changed rule is another one. */
export function ruleId(rule: AlertRule): string {
  const fields: Record<string, unknown> = rule;
  return [rule.rule, ...fieldsOf(rule.rule).map((field) => fields[field])].join("-");
}

/** The number that is compared, in the rule's unit. */
export function limitOf(rule: AlertRule): number {
  switch (rule.rule) {
    case "power_above":
    case "base_load_above":
      return rule.watts;
    case "no_data":
      return rule.minutes;
    case "energy_above":
      return rule.kwh;
    case "cost_above":
      return rule.eur;
    case "peak_above":
      return rule.kw;
    case "battery_below":
      return rule.millivolts;
    case "unusual_day":
      return rule.percent;
  }
}

/**
 * The rules of a device: its own and the stage's, of which its own replace those of the same name. An empty list is none at all.
 *
 * @param defaults of the stage
 */
export function rulesOf(
  { alerts }: { alerts?: readonly AlertRule[] | undefined },
  defaults: readonly AlertRule[],
): readonly AlertRule[] {
  if (alerts === undefined || alerts.length === 0) return alerts ?? defaults;
  const own = new Set(alerts.map(({ rule }) => rule));
  return [...defaults.filter(({ rule }) => !own.has(rule)), ...alerts];
}
