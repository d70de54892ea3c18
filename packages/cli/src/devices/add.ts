import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { configProblems, DEFAULT_KEY_NAME } from "@energylive/core/device/device";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { FailedError, UsageError } from "../errors.ts";
import { noteUnknownKey } from "../keys/unknown.ts";
import { isKnownType } from "../measurements/type.ts";
import { commandFor } from "../stage/stage.ts";
import type { Output } from "../terminal/output.ts";
import { parseDuration } from "../terminal/time.ts";
import { problemTexts } from "../texts.ts";
import { readLabels, readName, typeList } from "./fields.ts";
import { deviceId, openRegistry } from "./registry.ts";
import { checkTypes, verifyDevice } from "./verify.ts";

interface AddOptions {
  name?: string | undefined;
  interval?: string | undefined;
  key?: string | undefined;
  types?: string | undefined;
  retention?: string | undefined;
  label?: string[] | undefined;
  verify: boolean;
}

/** `energylive devices add` */
export function defineAdd(devices: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      devices
        .command("add")
        .description("add a device, after asking the API for it with the device's key")
        .argument("<id>", "the device's id, like I-10082023-01658401")
        .option("--name <name>", "its display name")
        .option(
          "--interval <time>",
          "poll at most this often: 300, 5m, 1h (default: every run of the schedule)",
        )
        .option("--key <name>", "the name of the API key that may read it (default: default)")
        .option("--types <list>", "keep only these measurement types, comma-separated (default: all)")
        .option("--retention <time>", "keep its measurements this long: 365, 90d, 2y (default: 365 days)")
        .option("--label <k=v...>", "a label of your own; may be given several times")
        .option("--no-verify", "do not ask the API first"),
    ),
    {
      examples: [
        ["devices add I-10082023-01658401", "with the defaults"],
        [
          "devices add I-10082023-01658401 --name Mother --key mother --interval 15m",
          "with a key of its own",
        ],
        ["devices add I-10082023-01658401 --types power,import --label site=Graz", "keep only two types"],
      ],
      json: "the device's item: { device_id, name?, … }",
    },
  ).action((id, options) => run(options, (context) => addDevice(context, id, options)));
}

/** Adds a device after the API has answered for it, so a wrong id or key is reported now and not at the next poll. */
async function addDevice({ open, output }: Context, id: string, options: AddOptions): Promise<void> {
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
  } else {
    noteUnknownTypes(config.measurement_types, output);
    await noteUnknownKey(stage, config.api_key, output);
  }
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
    ...(name === undefined ? {} : { name: readName(name, "--name") }),
    ...(key === undefined ? {} : { api_key: key }),
    ...(interval === undefined ? {} : { interval_seconds: parseDuration(interval, "s", "--interval") }),
    ...(types === undefined ? {} : { measurement_types: typeList(types, ",", "--types") }),
    ...(retention === undefined ? {} : { retention_days: parseDuration(retention, "d", "--retention") }),
    ...(label === undefined ? {} : { labels: readLabels(label, "--label") }),
  };
}

function noteUnknownTypes(types: readonly string[] = [], output: Output): void {
  for (const type of types.filter((name) => !isKnownType(name)))
    output.note(`"${type}" is not a known measurement type; it is used as given.`);
}

function alreadyThere(id: string): FailedError {
  return new FailedError(`${id} already exists`, {
    advice: `energylive devices set ${id} field=value changes it`,
  });
}
