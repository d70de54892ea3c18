import { isDeepStrictEqual } from "node:util";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { configProblems } from "@energylive/core/device/device";
import type { DeviceChange, DeviceRegistry, WrittenConfig } from "@energylive/core/device/registry";
import pLimit from "p-limit";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { FailedError } from "../errors.ts";
import { isKnownType } from "../measurements/type.ts";
import type { Output } from "../terminal/output.ts";
import { problemTexts } from "../texts.ts";
import { readDevicesFile } from "./file.ts";
import type { DevicesFile, FileEntry } from "./file-entry.ts";
import { openRegistry } from "./registry.ts";

/** Writes in flight at once. */
const CONCURRENT_WRITES = 25;

/** A device to be written. */
interface Write {
  place: string;
  config: WrittenConfig & { device_id: string };
  /** Set for an existing device. */
  change?: DeviceChange;
}

interface Result {
  added: number;
  updated: number;
  unchanged: number;
}

/** `energylive devices import` */
export function defineImport(devices: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      devices
        .command("import")
        .description("add hundreds of devices from a file: all of them, or none")
        .argument("<file>", "a .csv or .json file; - is standard input")
        .option("--update", "change existing devices to what the file says"),
    ),
    {
      examples: [
        ["devices import devices.csv", "add the new ones"],
        ["devices import devices.json --update", "and change the others"],
      ],
      json: "{ added, updated, unchanged }, all counts",
      notes: [
        "The first line of a CSV file names the fields; device_id is required. Within a cell, types and labels are separated by semicolons: 0100010700;0100010800, site=Graz;floor=2. A JSON file is an array of items. If any line is wrong, every wrong line is named and nothing is added.",
      ],
    },
  ).action((file, options) => run(options, (context) => importDevices(context, file, options)));
}

/** Adds the devices of a file. Checks every line first, and writes nothing unless all are valid. */
async function importDevices(
  context: Context,
  path: string,
  options: { update?: true | undefined },
): Promise<void> {
  const { open, output } = context;
  const file = await readDevicesFile(path);
  const registry = await openRegistry(await open());
  const there = new Map<string, WrittenConfig>();
  for await (const { config } of registry.all()) there.set(String(config.device_id), config);
  const { writes, unchanged, problems } = plan(file, there, options.update === true);
  if (problems.length > 0) throw notGood(file, problems);
  noteUnknownTypes(writes, output);
  const result = await writeAll(writes, unchanged, registry, context);
  await output.result(
    result,
    `${result.added} added, ${result.updated} updated, ${result.unchanged} unchanged.`,
  );
}

function notGood({ entries, problems: ofFile }: DevicesFile, problems: readonly string[]): FailedError {
  const bad = problems.length - ofFile.length;
  const devices = `${bad} of ${entries.length} ${entries.length === 1 ? "device is" : "devices are"} not valid`;
  const what = bad === 0 ? "the file is not valid" : devices;
  return new FailedError(`${problems.join("\n")}\n${what}, so none was added`, {
    advice: "fix the file and import it again",
  });
}

function plan(
  { entries, problems: ofFile }: DevicesFile,
  there: Map<string, WrittenConfig>,
  update: boolean,
) {
  const writes: Write[] = [];
  const problems = [...ofFile];
  const seen = new Map<string, string>();
  let unchanged = 0;
  for (const entry of entries) {
    const { place, config } = entry;
    const { device_id } = config;
    const wrong = problemsOf(entry);
    if (wrong.length > 0 || typeof device_id !== "string") {
      problems.push(`${place}: ${wrong.join("; ")}`);
      continue;
    }
    const twin = seen.get(device_id);
    const before = there.get(device_id);
    seen.set(device_id, place);
    const write = { place, config: { ...config, device_id } };
    if (twin !== undefined) problems.push(`${place}: ${device_id} is already on ${twin}`);
    else if (before === undefined) writes.push(write);
    else if (isDeepStrictEqual(before, config)) unchanged += 1;
    else if (update) writes.push({ ...write, change: changeOf(before, config) });
    else problems.push(`${place}: ${device_id} already exists and differs; --update changes it`);
  }
  return { writes, unchanged, problems };
}

/** A field that could not be read is not in the configuration, so its problem is reported separately. */
function problemsOf({ config, problems }: FileEntry): string[] {
  return [...problems, ...problemTexts(configProblems(config))];
}

function changeOf(before: WrittenConfig, after: WrittenConfig): DeviceChange {
  const { device_id, ...set } = after;
  return { set, remove: Object.keys(before).filter((field) => !Object.hasOwn(after, field)) };
}

/** A device may send an unknown type. A misspelled one looks the same, and would keep nothing. */
function noteUnknownTypes(writes: readonly Write[], output: Output): void {
  const places = new Map<string, string[]>();
  for (const { place, config } of writes) {
    const types = Array.isArray(config.measurement_types) ? config.measurement_types.map(String) : [];
    for (const type of types.filter((name) => !isKnownType(name)))
      places.set(type, [...(places.get(type) ?? []), place]);
  }
  for (const [type, [first, ...others]] of places) {
    const more = others.length > 0 ? ` and ${others.length} more` : "";
    output.note(`${first}${more}: "${type}" is not a known measurement type; it is used as given.`);
  }
}

/** If it stops half-way, the same import finishes it: what was added already exists then. */
async function writeAll(
  writes: readonly Write[],
  unchanged: number,
  registry: DeviceRegistry,
  { output, untilStopped }: Context,
): Promise<Result> {
  const signal = untilStopped();
  const progress = await output.progress(`Writing ${writes.length} devices`);
  const result: Result = { added: 0, updated: 0, unchanged };
  let failure: unknown;
  await pLimit(CONCURRENT_WRITES).map(writes, async ({ config, change }) => {
    if (failure !== undefined || signal.aborted) return;
    try {
      if (change !== undefined) await registry.edit(config.device_id, change);
      // False if someone else has added it meanwhile.
      const isNew = change === undefined && (await registry.add(config));
      if (change !== undefined) result.updated += 1;
      else if (isNew) result.added += 1;
      else result.unchanged += 1;
    } catch (error) {
      failure = error;
    }
  });
  progress.end();
  if (failure === undefined && !signal.aborted) return result;
  throw unfinished(result, writes.length, failure);
}

function unfinished({ added, updated }: Result, total: number, cause: unknown): FailedError {
  const reason = cause instanceof Error ? `: ${cause.message}` : "";
  return new FailedError(`stopped after ${added + updated} of ${total} devices${reason}`, {
    advice: "run the same import again to write the others",
    cause,
  });
}
