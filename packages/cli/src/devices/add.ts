import { configProblems, DEFAULT_KEY_NAME } from "@energylive/core/device/device";

import type { Context } from "../command.ts";
import { FailedError, UsageError } from "../errors.ts";
import { parseDuration } from "../terminal/time.ts";
import { readLabels, typeList } from "./fields.ts";
import { deviceId, openRegistry } from "./registry.ts";
import { verifyDevice } from "./verify.ts";

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
  const problems = configProblems(config);
  if (problems.length > 0) throw new UsageError(problems.join("; "));
  const target = await open();
  const registry = await openRegistry(target);
  if ((await registry.find(id)) !== undefined) throw alreadyThere(id);
  const types = options.verify ? await verifyDevice(target, id, options.key ?? DEFAULT_KEY_NAME) : undefined;
  if (!(await registry.add(config))) throw alreadyThere(id);
  const answered =
    types === undefined ? "" : ` The API answers for it with ${types} ${types === 1 ? "type" : "types"}.`;
  await output.result(
    config,
    `Added ${id}.${answered}\nIt is polled at the next run of the schedule; energylive poll ${id} polls it now.`,
  );
}

function fieldsOf(options: AddOptions): Record<string, unknown> {
  const { name, interval, key, types, retention, label } = options;
  return {
    ...(name === undefined ? {} : { name }),
    ...(key === undefined ? {} : { api_key: key }),
    ...(interval === undefined ? {} : { interval_seconds: parseDuration(interval, "s", "--interval") }),
    ...(types === undefined ? {} : { measurement_types: typeList(types, ",") }),
    ...(retention === undefined ? {} : { retention_days: parseDuration(retention, "d", "--retention") }),
    ...(label === undefined ? {} : { labels: readLabels(label) }),
  };
}

function alreadyThere(id: string): FailedError {
  return new FailedError(`${id} is there already: energylive devices set ${id} field=value changes it`);
}
