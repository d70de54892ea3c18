import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import {
  ALERT_RULE_NAMES,
  type AlertRule,
  type AlertRuleName,
  AlertRules,
  DEFAULT_ALERT_RULES,
  fieldsOf,
  ruleId,
} from "@energylive/core/alert/rule";
import { configProblems } from "@energylive/core/device/device";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { DEVICE_ARGUMENT, findDevice, openRegistry, unknownDevice } from "../devices/registry.ts";
import { UsageError } from "../errors.ts";
import { table } from "../terminal/table.ts";
import { problemTexts } from "../texts.ts";
import { describeRule } from "./store.ts";

/** Of fields that are left out. */
const DEFAULTS: Readonly<Partial<Record<AlertRuleName, Record<string, string>>>> = {
  power_above: { minutes: "15" },
  no_data: { minutes: "60" },
  energy_above: { per: "day" },
  cost_above: { per: "month" },
};

const RULES_NOTE = `Rules: ${ALERT_RULE_NAMES.map((name) => `${name} (${fieldsOf(name).join(", ")})`).join("; ")}. docs/alerts.md explains each.`;

/** `energylive alerts rules`, `add` and `remove` */
export function defineRules(alerts: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      alerts
        .command("rules")
        .description("what a device is watched for")
        .argument("<device>", DEVICE_ARGUMENT),
    ),
    {
      examples: [["alerts rules I-10082023-01658401", "its own rules"]],
      json: "{ device_id, alerts }; alerts is null for a device that has none of its own",
    },
  ).action((device, options) => run(options, (context) => show(context, device)));
  documented(
    withCommonOptions(
      alerts
        .command("add")
        .description("watch a device for something more")
        .argument("<device>", DEVICE_ARGUMENT)
        .argument("<rule>", ALERT_RULE_NAMES.join(", "))
        .argument("[field=value...]", "the rule's limits"),
    ),
    {
      examples: [
        ["alerts add I-10082023-01658401 power_above watts=5000 minutes=15", "drawn power, for as long"],
        ["alerts add I-10082023-01658401 energy_above kwh=20 per=day", "also per=week and per=month"],
        ["alerts add I-10082023-01658401 peak_above kw=6", "foreseen, so that it can be avoided"],
      ],
      json: "{ device_id, alerts }",
      notes: [RULES_NOTE, "A rule with the same limits as one that is there changes nothing."],
    },
  ).action((device, rule, fields, options) => run(options, (context) => add(context, device, rule, fields)));
  documented(
    withCommonOptions(
      alerts
        .command("remove")
        .description("watch a device for something less; its open alerts of that rule end")
        .argument("<device>", DEVICE_ARGUMENT)
        .argument("<rule>", "its name, or its name with its limits as `alerts rules` shows it"),
    ),
    {
      examples: [
        ["alerts remove I-10082023-01658401 power_above", "every rule of that name"],
        ["alerts remove I-10082023-01658401 power_above-5000-15", "one of several"],
      ],
      json: "{ device_id, alerts }",
    },
  ).action((device, rule, options) => run(options, (context) => remove(context, device, rule)));
}

async function show({ open, output }: Context, text: string): Promise<void> {
  const { id, rules } = await readRules(await openRegistry(await open()), text);
  const own = rules ?? [];
  await output.result(
    { device_id: id, alerts: rules ?? null },
    [
      own.length === 0
        ? `${id} has no rules of its own.`
        : table(
            [{ title: "rule" }, { title: "watches for" }],
            own.map((rule) => [ruleId(rule), describeRule(rule)]),
          ),
      rules !== undefined && rules.length === 0
        ? "It is watched for nothing: its list is empty."
        : `Beside them those of the stage (ENERGYLIVE_ALERT_RULES; ${DEFAULT_ALERT_RULES.map(describeRule).join(", ")}, unless it says otherwise), except where it has one of the same name.`,
    ].join("\n"),
  );
}

async function add(context: Context, text: string, name: string, fields: readonly string[]): Promise<void> {
  const rule = readRule(name, fields);
  await change(context, text, (rules) =>
    rules.some((known) => ruleId(known) === ruleId(rule)) ? rules : [...rules, rule],
  );
}

async function remove(context: Context, text: string, wanted: string): Promise<void> {
  await change(context, text, (rules, id) => {
    const left = rules.filter((rule) => rule.rule !== wanted && ruleId(rule) !== wanted);
    if (left.length === rules.length)
      throw new UsageError(
        rules.length === 0
          ? `${id} has no rules of its own`
          : `${id} has no rule "${wanted}"; it has ${rules.map(ruleId).join(", ")}`,
      );
    return left;
  });
}

async function change(
  { open, output }: Context,
  text: string,
  changed: (rules: readonly AlertRule[], id: string) => readonly AlertRule[],
): Promise<void> {
  const registry = await openRegistry(await open());
  const { id, rules } = await readRules(registry, text);
  const next = [...changed(rules ?? [], id)];
  const isNone = next.length === 0;
  const edit = isNone ? { set: {}, remove: ["alerts"] } : { set: { alerts: next }, remove: [] };
  if (!(await registry.edit(id, edit))) throw unknownDevice(id);
  await output.result(
    { device_id: id, alerts: isNone ? null : next },
    isNone
      ? `${id} has no rules of its own any more.`
      : `${id} is watched for: ${next.map(describeRule).join("; ")}.`,
  );
}

async function readRules(
  registry: Awaited<ReturnType<typeof openRegistry>>,
  text: string,
): Promise<{ id: string; rules: AlertRule[] | undefined }> {
  const { config } = await findDevice(registry, text);
  const id = String(config.device_id);
  const parsed = AlertRules.optional().safeParse(config.alerts);
  if (parsed.success) return { id, rules: parsed.data };
  const problems = configProblems({ device_id: id, alerts: config.alerts });
  throw new UsageError(`the rules of ${id} are not valid: ${problemTexts(problems).join("; ")}`);
}

/** @throws {UsageError} that names the rule or the field */
function readRule(name: string, assignments: readonly string[]): AlertRule {
  const known = ALERT_RULE_NAMES.find((each) => each === name);
  if (known === undefined)
    throw new UsageError(`there is no rule "${name}"; there are ${ALERT_RULE_NAMES.join(", ")}`);
  const fields = fieldsOf(known);
  const given = new Map(assignments.map((assignment) => fieldOf(assignment, known, fields)));
  const written = fields.map((field) => {
    const value = given.get(field) ?? DEFAULTS[known]?.[field];
    if (value === undefined) throw new UsageError(`${name} needs ${field}=…, like ${example(known)}`);
    return [field, field === "per" || Number.isNaN(Number(value)) ? value : Number(value)] as const;
  });
  const parsed = AlertRules.safeParse([{ rule: known, ...Object.fromEntries(written) }]);
  const [rule] = parsed.data ?? [];
  if (rule !== undefined) return rule;
  const problems = configProblems({
    device_id: "I-00000000-00000000",
    alerts: [{ rule: known, ...Object.fromEntries(written) }],
  });
  throw new UsageError(problemTexts(problems).join("; ").replaceAll("alerts.0.", ""));
}

function fieldOf(assignment: string, name: AlertRuleName, fields: readonly string[]): [string, string] {
  const [field = "", ...rest] = assignment.split("=");
  if (rest.length === 0) throw new UsageError(`"${assignment}" is not field=value, like ${example(name)}`);
  if (!fields.includes(field))
    throw new UsageError(`${name} has no ${field}; it has ${fields.join(" and ")}`);
  return [field, rest.join("=")];
}

const EXAMPLES: Readonly<Record<string, string>> = {
  watts: "watts=5000",
  minutes: "minutes=15",
  kwh: "kwh=20",
  per: "per=day",
  eur: "eur=100",
  kw: "kw=6",
  millivolts: "millivolts=4300",
  percent: "percent=50",
};

function example(name: AlertRuleName): string {
  return fieldsOf(name)
    .map((field) => EXAMPLES[field])
    .join(" ");
}
