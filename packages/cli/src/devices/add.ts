import { configProblems, DEFAULT_KEY_NAME } from "@energylive/core/device/device";

import type { Context } from "../command.ts";
import { FailedError, UsageError } from "../errors.ts";
import { isKnownType } from "../measurements/type.ts";
import { commandFor } from "../stage/stage.ts";
import type { Output } from "../terminal/output.ts";
import { parseDuration } from "../terminal/time.ts";
import { problemTexts } from "../texts.ts";
import { readLabels, typeList } from "./fields.ts";
import { deviceId, openRegistry } from "./registry.ts";
import { checkTypes, verifyDevice } from "./verify.ts";

export interface AddOptions {
  name?: string | undefined;
  interval?: string | undefined;
  key?: string | undefined;
  types?: string | undefined;
  retention?: string | undefined;
  label?: string[] | undefined;
  verify: boolean;
}

/** Adds a device after the API has answered for it, so that a wrong id or key is said now and not at the next poll. */
export async function addDevice({ open, output }: Context, id: string, options: AddOptions): Promise<void> {
  const config = { device_id: deviceId(id), ...fieldsOf(options) };
  const problems = problemTexts(configProblems(config));
  if (problems.length > 0) throw new UsageError(problems.join("; "));
  const stage = await open();
  const registry = await openRegistry(stage);
  if ((await registry.find(id)) !== undefined) throw alreadyThere(id);
  let answered = "";
  if (options.verify) {
    const sent = await verifyDevice(stage, id, options.key ?? DEFAULT_KEY_NAME);
    await checkTypes(config.measurement_types, async () => sent);
    answered = ` The API answers for it with ${sent.size} ${sent.size === 1 ? "type" : "types"}.`;
  } else noteUnknownTypes(config.measurement_types, output);
  if (!(await registry.add(config))) throw alreadyThere(id);
  await output.result(
    config,
    `Added ${id}.${answered}\nIt is polled at the next run of the schedule; ${commandFor(stage, `poll ${id}`)} polls it now.`,
  );
}

interface GivenFields {
  name?: string;
  api_key?: string;
  interval_seconds?: number;
  measurement_types?: string[];
  retention_days?: number;
  labels?: Record<string, string>;
}

function fieldsOf({ name, interval, key, types, retention, label }: AddOptions): GivenFields {
  return {
    ...(name === undefined ? {} : { name }),
    ...(key === undefined ? {} : { api_key: key }),
    ...(interval === undefined ? {} : { interval_seconds: parseDuration(interval, "s", "--interval") }),
    ...(types === undefined ? {} : { measurement_types: typeList(types, ",", "--types") }),
    ...(retention === undefined ? {} : { retention_days: parseDuration(retention, "d", "--retention") }),
    ...(label === undefined ? {} : { labels: readLabels(label, "--label") }),
  };
}

function noteUnknownTypes(types: readonly string[] = [], output: Output): void {
  for (const type of types.filter((name) => !isKnownType(name)))
    output.note(`"${type}" is no measurement type that is known; it is taken as it is.`);
}

function alreadyThere(id: string): FailedError {
  return new FailedError(`${id} is there already`, {
    advice: `energylive devices set ${id} field=value changes it`,
  });
}
