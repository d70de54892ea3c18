import { isDeepStrictEqual } from "node:util";

import { configProblems } from "@energylive/core/device/device";
import type { DeviceChange, DeviceRegistry, WrittenConfig } from "@energylive/core/device/registry";

import type { Context } from "../command.ts";
import { FailedError } from "../errors.ts";
import { type FileEntry, readDevicesFile } from "./file.ts";
import { openRegistry } from "./registry.ts";

/** Writes in flight at one time. */
const CONCURRENT_WRITES = 25;

interface Plan {
  add: (WrittenConfig & { device_id: string })[];
  update: { id: string; change: DeviceChange }[];
  unchanged: number;
}

/** Adds the devices of a file: first looks at every line, and writes nothing unless all of them are good. */
export async function importDevices(
  { open, output }: Context,
  path: string,
  options: { update?: true | undefined },
): Promise<void> {
  const entries = await readDevicesFile(path);
  const registry = await openRegistry(await open());
  const there = new Map<string, WrittenConfig>();
  for await (const { config } of registry.all()) there.set(String(config.device_id), config);
  const { plan, problems } = planOf(entries, there, options.update === true);
  if (problems.length > 0) {
    const count = `${problems.length} of ${entries.length} ${entries.length === 1 ? "device is" : "devices are"} not good`;
    throw new FailedError(
      `${problems.join("\n")}\n${count}, so none was added: mend the file and import it again`,
    );
  }
  await write(registry, plan);
  const result = { added: plan.add.length, updated: plan.update.length, unchanged: plan.unchanged };
  await output.result(
    result,
    `${result.added} added, ${result.updated} updated, ${result.unchanged} there already.`,
  );
}

function planOf(entries: readonly FileEntry[], there: ReadonlyMap<string, WrittenConfig>, update: boolean) {
  const plan: Plan = { add: [], update: [], unchanged: 0 };
  const problems: string[] = [];
  const seen = new Map<string, string>();
  for (const { place, config } of entries) {
    const { device_id } = config;
    const wrong = configProblems(config);
    if (wrong.length > 0 || typeof device_id !== "string") {
      problems.push(`${place}: ${wrong.join("; ")}`);
      continue;
    }
    const twin = seen.get(device_id);
    const before = there.get(device_id);
    seen.set(device_id, place);
    if (twin !== undefined) problems.push(`${place}: ${device_id} stands on ${twin} already`);
    else if (before === undefined) plan.add.push({ ...config, device_id });
    else if (isDeepStrictEqual(before, config)) plan.unchanged += 1;
    else if (update) plan.update.push({ id: device_id, change: changeOf(before, config) });
    else problems.push(`${place}: ${device_id} is there already and differs; --update changes it`);
  }
  return { plan, problems };
}

function changeOf(before: WrittenConfig, after: WrittenConfig): DeviceChange {
  const { device_id, ...set } = after;
  return { set, remove: Object.keys(before).filter((field) => !Object.hasOwn(after, field)) };
}

/** Whatever ends it half-way, the same import finishes it: what was added is then there already. */
async function write(registry: DeviceRegistry, plan: Plan): Promise<void> {
  const writes = [
    ...plan.add.map((config) => () => registry.add(config)),
    ...plan.update.map(
      ({ id, change }) =>
        () =>
          registry.edit(id, change),
    ),
  ];
  await Promise.all(
    Array.from({ length: CONCURRENT_WRITES }, async () => {
      for (let next = writes.pop(); next !== undefined; next = writes.pop()) await next();
    }),
  );
}
