import { isDeepStrictEqual } from "node:util";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { configProblems, DEFAULT_KEY_NAME } from "@energylive/core/device/device";
import type { DeviceProblem } from "@energylive/core/device/problem";
import type { DeviceChange, WrittenConfig } from "@energylive/core/device/registry";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { UsageError } from "../errors.ts";
import { noteUnknownKey } from "../keys/unknown.ts";
import { problemTexts } from "../texts.ts";
import { FIELDS, readField } from "./fields.ts";
import { DEVICE_ARGUMENT, findDevice, openRegistry, unknownDevice } from "./registry.ts";
import { checkTypes, verifyDevice } from "./verify.ts";

const LABEL_PREFIX = "labels.";

/** `energylive devices set` */
export function defineSet(devices: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      devices
        .command("set")
        .description("change some fields of a device and leave the others")
        .argument("<device>", DEVICE_ARGUMENT)
        .argument("<field=value...>", "a field and its new value; field= removes it"),
    ),
    {
      examples: [
        ["devices set I-10082023-01658401 name=Mother interval_seconds=15m", "two fields"],
        ["devices set I-10082023-01658401 measurement_types=power,import", "keep only two types"],
        ["devices set I-10082023-01658401 labels.site=Graz labels.floor=", "set one label, remove another"],
        ["devices set I-10082023-01658401 retention_days=", "back to the default"],
      ],
      json: "the device's item after the change",
      notes: [
        "Fields: name, enabled, api_key, interval_seconds, measurement_types, retention_days, tariff, alerts (as JSON; energylive alerts is easier), channels, muted_until, time_zone, labels.<name>. field= also removes a misspelled field.",
      ],
    },
  ).action((id, assignments, options) => run(options, (context) => setFields(context, id, assignments)));
}

/** Changes only the named fields, so it never undoes what the fetcher or another person writes. */
export async function setFields(
  { open, output }: Context,
  text: string,
  assignments: readonly string[],
): Promise<void> {
  const stage = await open();
  const registry = await openRegistry(stage);
  const { config: before } = await findDevice(registry, text);
  const id = String(before.device_id);
  const change = changeOf(assignments, before);
  const after: WrittenConfig = { ...before, ...change.set };
  for (const field of change.remove) delete after[field];
  const known = configProblems(before);
  const problems = configProblems(after);
  const caused = problems.filter(
    (problem) => !known.some((old) => isDeepStrictEqual(old, problem)) || isAbout(problem, change),
  );
  if (caused.length > 0) throw new UsageError(`${id} was not changed: ${problemTexts(caused).join("; ")}`);
  const key = typeof after.api_key === "string" ? after.api_key : DEFAULT_KEY_NAME;
  await checkTypes(change.set.measurement_types, () => verifyDevice(stage, id, key));
  if (!(await registry.edit(id, change))) throw unknownDevice(id);
  if (typeof change.set.api_key === "string") await noteUnknownKey(stage, change.set.api_key, output);
  if (problems.length > 0) output.note(`${id} is still not polled: ${problemTexts(problems).join("; ")}`);
  await output.result(after, changeText(id, change));
}

function changeOf(assignments: readonly string[], before: WrittenConfig): DeviceChange {
  const set: WrittenConfig = {};
  const remove = new Set<string>();
  const labels = { ...labelsOf(before) };
  let labelsChanged = false;
  for (const assignment of assignments) {
    const at = assignment.indexOf("=");
    if (at < 1) throw new UsageError(`"${assignment}" is not field=value, like name=Mother`);
    const [field, value] = [assignment.slice(0, at), assignment.slice(at + 1)];
    if (field === "device_id")
      throw new UsageError("a device keeps its id: add the other device, and remove this one");
    if (field.startsWith(LABEL_PREFIX)) {
      labelsChanged = true;
      const label = field.slice(LABEL_PREFIX.length);
      if (value === "") delete labels[label];
      else labels[label] = value;
    } else if (value !== "") set[field] = readField(field, value);
    else if (FIELDS.includes(field) || Object.hasOwn(before, field)) remove.add(field);
    else readField(field, value);
  }
  if (labelsChanged && Object.keys(labels).length > 0) set.labels = labels;
  else if (labelsChanged) remove.add("labels");
  return { set, remove: [...remove] };
}

function labelsOf({ labels }: WrittenConfig): Record<string, unknown> {
  return typeof labels === "object" && labels !== null && !Array.isArray(labels) ? { ...labels } : {};
}

/** Whether a problem concerns a field that was just set. */
function isAbout(problem: DeviceProblem, { set }: DeviceChange): boolean {
  return Object.keys(set).some((field) => problem.field === field || problem.field.startsWith(`${field}.`));
}

function changeText(id: string, { set, remove }: DeviceChange): string {
  const changes = [
    ...Object.entries(set).map(
      ([field, value]) => `${field} = ${typeof value === "string" ? value : JSON.stringify(value)}`,
    ),
    ...remove.map((field) => `${field} removed`),
  ];
  return `Changed ${id}: ${changes.join(", ")}.`;
}
