/** Texts that page and command share. The command imports them too, so there is no DOM here. */
import type {
  AlertRule,
  AlertRuleName,
  CatalogueType,
  DeviceProblem,
  Failure,
  KnownReason,
  MeasurementTypeFacts,
} from "@energylive/api/contract";

/** A text for each code: as it is, or made of the facts that come with the code. */
export type TextsOf<Coded extends { code: string }> = {
  readonly [Code in Coded["code"]]: string | ((coded: Coded & { code: Code }) => string);
};

type Named = Exclude<MeasurementTypeFacts["quantity"], number | undefined>;

type RuleOf<Name extends AlertRuleName> = Extract<AlertRule, { rule: Name }>;

/** The shape of each language's catalogue: a missing text is a type error. */
export interface SharedTexts {
  failures: TextsOf<Failure>;
  /** What to do about each. */
  failureAdvice: Readonly<Record<Failure["code"], string>>;
  /** They follow the name of the field. */
  deviceProblems: TextsOf<DeviceProblem>;
  reasons: Readonly<Record<KnownReason, ReasonText>>;
  unknownReason: ReasonText;
  types: Readonly<Record<CatalogueType, string>>;
  quantities: Readonly<Record<Named, string>>;
  /** They follow the quantity. */
  directions: Readonly<Record<NonNullable<MeasurementTypeFacts["direction"]>, string>>;
  /** What a rule watches for; `number` writes as the viewer does. */
  alertRules: {
    readonly [Name in AlertRuleName]: (rule: RuleOf<Name>, number: (value: number) => string) => string;
  };
  unnamedQuantity: (number: number) => string;
  tariff: (number: number) => string;
}

/** Why a message is in the dead-letter queue, and what a person does about it. */
export interface ReasonText {
  meaning: string;
  advice: string;
}

export function textOf<Coded extends { code: Code }, Code extends string>(
  texts: TextsOf<Coded>,
  coded: Coded,
): string {
  const text = texts[coded.code];
  return typeof text === "string" ? text : text(coded);
}

/** The text of a code, or undefined if another version wrote the code and this one does not know it. */
export function knownText<Text>(texts: Readonly<Record<string, Text>>, code: string): Text | undefined {
  return Object.hasOwn(texts, code) ? texts[code] : undefined;
}

/** `retention_days is not a number`. */
export function deviceProblemText({ deviceProblems }: SharedTexts, problem: DeviceProblem): string {
  return `${problem.field} ${textOf(deviceProblems, problem)}`;
}

/** @param reason a `failure_reason` of the dead-letter queue */
export function reasonText({ reasons, unknownReason }: SharedTexts, reason: string): ReasonText {
  return knownText(reasons, reason) ?? unknownReason;
}

/** What a measurement type means; the name itself of one that is neither known nor an OBIS code. */
export function meaningText(texts: SharedTexts, type: string, facts: MeasurementTypeFacts): string {
  const named = knownText(texts.types, type);
  if (named !== undefined) return named;
  const { tariff } = facts;
  const quantity = quantityText(texts, facts) ?? facts.obis ?? type;
  return tariff === undefined ? quantity : `${quantity}, ${texts.tariff(tariff)}`;
}

function quantityText(texts: SharedTexts, facts: MeasurementTypeFacts): string | undefined {
  const { quantity, direction, phase } = facts;
  if (quantity === undefined) return undefined;
  if (typeof quantity === "number") return texts.unnamedQuantity(quantity);
  const directed = `${texts.quantities[quantity]}${direction === undefined ? "" : texts.directions[direction]}`;
  return phase === undefined ? directed : `${directed} L${phase}`;
}

/** In what the limit of a rule and the values of its alerts are counted. */
const ALERT_UNITS: Readonly<Record<AlertRuleName, string>> = {
  power_above: "W",
  no_data: "min",
  energy_above: "kWh",
  cost_above: "€",
  peak_above: "kW",
  base_load_above: "W",
  battery_below: "mV",
  unusual_day: "%",
};

/**
 * What a rule watches for.
 *
 * @example "more than 5,000 W for 15 min"
 */
export function ruleText(texts: SharedTexts, rule: AlertRule, number: (value: number) => string): string {
  // A rule and its text have the same name.
  const text = texts.alertRules[rule.rule] as (rule: AlertRule, number: (value: number) => string) => string;
  return text(rule, number);
}

/** @example "5,230 W" */
export function alertValueText(
  { rule }: AlertRule,
  value: number,
  number: (value: number) => string,
): string {
  return `${number(value)}\u00a0${ALERT_UNITS[rule]}`;
}
