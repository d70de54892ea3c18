import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { isTimeZone } from "@energylive/core/energy/calendar";
import { DeviceId } from "@energylive/core/measurement/measurement";
import { createDynamoDB } from "@energylive/functions/clients";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { openRegistry } from "../devices/registry.ts";
import { UsageError } from "../errors.ts";
import { commandFor, type Stage } from "../stage/stage.ts";
import { localTime } from "../terminal/measurement-table.ts";
import { counted } from "../terminal/number.ts";
import { type Entry, fileEntries, tableEntries } from "./entries.ts";
import type { OldMeasurement } from "./old-item.ts";
import { type ImportPlan, planImport } from "./plan.ts";
import { sendImport } from "./send.ts";

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

/** Refused entries that a person is shown. */
const SHOWN = 5;

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
      { ...jsonOf(plan), expired, zone, sent },
      textOf(plan, { stage, zone, expired, unknown, sent }),
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

function devicesOf(measurements: readonly OldMeasurement[]): string[] {
  return [...new Set(measurements.map(({ device_id }) => device_id))];
}

/** From the first to the last measurement. */
function spanOf(measurements: readonly OldMeasurement[]): [since: number, until: number] | undefined {
  if (measurements.length === 0) return undefined;
  let [since, until] = [Number.POSITIVE_INFINITY, 0];
  for (const { timestamp } of measurements) {
    since = Math.min(since, timestamp);
    until = Math.max(until, timestamp);
  }
  return [since, until];
}

function jsonOf({ entries, measurements, repeated, refused, restored }: ImportPlan) {
  const [since, until] = (spanOf(measurements) ?? []).map((at) => new Date(at).toISOString());
  return {
    entries,
    measurements: measurements.length,
    devices: devicesOf(measurements),
    since: since ?? null,
    until: until ?? null,
    repeated,
    restored,
    refused: refused.map(({ place, problem }) => ({ place, problem })),
  };
}

function textOf(
  plan: ImportPlan,
  told: { stage: Stage; zone: string; expired: number; unknown: readonly string[]; sent: number },
): string {
  const { entries, measurements, repeated, refused, restored } = plan;
  const { stage, zone, expired, unknown, sent } = told;
  const span = spanOf(measurements);
  const devices = devicesOf(measurements);
  const lines = [
    `${number(entries)} items: ${number(measurements.length)} measurements of ${counted(devices.length, "device")}` +
      `${span === undefined ? "" : `, ${localTime(span[0])} to ${localTime(span[1])}`}.`,
    `Times without a zone were read as ${zone}.`,
  ];
  if (restored.collections > 0)
    lines.push(
      `${number(restored.times)} times had been moved apart by 100 ms per element, in ${counted(restored.collections, "collection")}: restored.`,
    );
  if (repeated > 0) lines.push(`${number(repeated)} items repeat another one: each measurement comes once.`);
  if (expired > 0)
    lines.push(
      `${number(expired)} measurements are older than they are kept: they count in the load profiles, and are then deleted. Set retention_days first to keep them longer.`,
    );
  if (unknown.length > 0)
    lines.push(
      `Not among the devices: ${unknown.join(", ")}. Their load profiles are of Europe/Vienna; ${commandFor(stage, `devices add ${unknown[0]}`)} gives them a name on the page.`,
    );
  if (refused.length > 0) {
    const shown = refused.slice(0, SHOWN).map(({ place, problem }) => `  ${place}: ${problem}`);
    const more = refused.length > SHOWN ? [`  and ${number(refused.length - SHOWN)} more`] : [];
    const where = sent > 0 ? `in the dead-letter queue; ${commandFor(stage, "dlq list")}` : "refused";
    lines.push(`${counted(refused.length, "item")} cannot be stored (${where}):`, ...shown, ...more);
  }
  lines.push(
    sent === 0
      ? "Nothing was sent."
      : `${number(sent)} sent to the measurement queue${stage.isRunning ? "" : "; npm start stores them"}.`,
  );
  return lines.join("\n");
}

function number(count: number): string {
  return count.toLocaleString("en");
}
