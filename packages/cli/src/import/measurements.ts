import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { isTimeZone } from "@energylive/core/energy/calendar";
import { DeviceId } from "@energylive/core/measurement/measurement";
import { createDynamoDB } from "@energylive/functions/clients";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { openRegistry } from "../devices/registry.ts";
import { UsageError } from "../errors.ts";
import { commandFor, type Stage } from "../stage/stage.ts";
import { type Entry, fileEntries, tableEntries } from "./entries.ts";
import type { OldMeasurement } from "./old-item.ts";
import { type ImportPlan, planImport } from "./plan.ts";
import { sendImport } from "./send.ts";
import { devicesOf, planJson, planText } from "./told.ts";

interface ImportOptions {
  zone: string;
  dryRun?: true | undefined;
  resume?: string | undefined;
}

const JSON_FORM =
  "{ entries, measurements, devices, since, until, repeated, restored: { collections, times }, refused: [{ place, problem }], expired, zone, sent }";

const NOTES = [
  "Reads the items of the Python collector that this one replaces. Everything is read first, about 500 MB of memory for a million items, then published to the measurement queue like what a poll brings; so it may be stopped and repeated, and doubles nothing.",
  "A later version of that collector moved the times of a response apart, 100 ms per element. Where a device's items of one collection show these steps, the true times are restored.",
  "What is not a measurement goes to the dead-letter queue, with its place and what is wrong, at every run that reaches the end.",
] as const;

/** `energylive import table` */
export function defineImportTable(group: CommandUnknownOpts): void {
  documented(
    withOptions(
      group
        .command("table")
        .description("the measurements of another collector's DynamoDB table")
        .argument("<name>", "of the table, read with your AWS credentials")
        .option("--region <region>", "of the table (default: that of your credentials)"),
    ),
    {
      examples: [
        ["import table EnergyLiveData --dry-run", "what would come"],
        ["import table EnergyLiveData --stage production", "into a deployed stage"],
      ],
      json: JSON_FORM,
      notes: NOTES,
    },
  ).action((name, options) =>
    run(options, (context) => {
      const dynamodb = createDynamoDB(options.region === undefined ? {} : { region: options.region });
      const region = options.region === undefined ? "" : ` --region ${options.region}`;
      return importEntries(context, tableEntries(dynamodb, name), `import table ${name}${region}`, options);
    }),
  );
}

/** `energylive import file` */
export function defineImportFile(group: CommandUnknownOpts): void {
  documented(
    withOptions(
      group
        .command("file")
        .description("the measurements of files that were exported from another collector's table")
        .argument("<file...>", "DynamoDB JSON or CSV, also as .gz"),
    ),
    {
      examples: [
        ["import file scan.json --dry-run", "what aws dynamodb scan wrote"],
        ["import file data/*.json.gz", "a table's export to S3"],
        ["import file results.csv --zone Europe/Vienna", "from the console; its collector ran at home"],
      ],
      json: JSON_FORM,
      notes: NOTES,
    },
  ).action((files, options) =>
    run(options, (context) =>
      importEntries(context, entriesOf(files), `import file ${files.join(" ")}`, options),
    ),
  );
}

function withOptions<Args extends unknown[], Options extends Record<string, unknown>>(
  command: Parameters<typeof withCommonOptions<Args, Options, Record<string, never>>>[0],
) {
  return withCommonOptions(
    command
      .option("--zone <zone>", "of times without a zone; Lambda runs in UTC", "UTC")
      .option("--dry-run", "say what would come, and send nothing")
      .option("--resume <position>", "go on where an import was stopped, as it said"),
  );
}

async function* entriesOf(files: readonly string[]): AsyncGenerator<Entry> {
  for (const file of files) yield* fileEntries(file);
}

async function importEntries(
  { open, output, untilStopped }: Context,
  entries: AsyncIterable<Entry>,
  command: string,
  options: ImportOptions,
): Promise<void> {
  const { zone } = options;
  if (!isTimeZone(zone))
    throw new UsageError(`--zone "${zone}" is not a time zone: it looks like Europe/Vienna`);
  const from = options.resume === undefined ? undefined : readPosition(options.resume);
  const stage = await open();
  const progress = await output.progress("Reading");
  try {
    const plan = await planImport(entries, zone, (count) => {
      if (count % 1_000 === 0) progress.say(`Reading: ${count.toLocaleString("en")} items`);
    });
    const { retentionOf, unknown } = await retentions(stage, plan);
    const isExpired = ({ device_id, timestamp }: OldMeasurement) =>
      timestamp + retentionOf(device_id) * DAY_MS < Date.now();
    const expired = plan.measurements.filter(isExpired).length;
    const waiting =
      from === undefined ? plan.measurements : plan.measurements.filter((one) => isFrom(one, from));
    if (options.dryRun !== true)
      await sendImport(waiting, plan.refused, {
        queues: await stage.queues(),
        retentionOf,
        signal: untilStopped(),
        onProgress: (sent) =>
          progress.say(`Sending: ${sent.toLocaleString("en")} of ${waiting.length.toLocaleString("en")}`),
        goOn: (position) =>
          `${commandFor(stage, `${command} --zone ${zone} --resume ${position}`)} does the rest`,
      });
    progress.end();
    const sent = options.dryRun === true ? 0 : waiting.length;
    await output.result(
      { ...planJson(plan), expired, zone, sent },
      planText(plan, { stage, zone, expired, unknown, sent }),
    );
  } finally {
    progress.end();
  }
}

const DAY_MS = 86_400_000;

interface Position {
  device_id: string;
  timestamp: number;
}

function readPosition(text: string): Position {
  const [device, time = ""] = text.split("@");
  const id = DeviceId.safeParse(device);
  if (id.success && /^\d{13}$/.test(time)) return { device_id: id.data, timestamp: Number(time) };
  throw new UsageError(`--resume "${text}" is not a position: it looks like ${EXAMPLE}`);
}

const EXAMPLE = "I-10082023-01658401@1726559995000";

function isFrom({ device_id, timestamp }: OldMeasurement, from: Position): boolean {
  return device_id === from.device_id ? timestamp >= from.timestamp : device_id > from.device_id;
}

/** How long each device's measurements are kept, and which devices the table does not have. */
async function retentions(stage: Stage, { measurements }: ImportPlan) {
  const registry = await openRegistry(stage);
  const standard = await stage.retentionDays();
  const days = new Map<string, number>();
  const unknown: string[] = [];
  for (const id of devicesOf(measurements)) {
    const found = await registry.find(id);
    if (found === undefined) unknown.push(id);
    days.set(id, found?.device?.retention_days ?? standard);
  }
  return { retentionOf: (id: string) => days.get(id) ?? standard, unknown };
}
