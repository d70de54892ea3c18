import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import type { MeasurementHistory } from "@energylive/core/measurement/history";
import type { StoredMeasurement } from "@energylive/core/measurement/item";
import type { MeasurementRange } from "@energylive/core/measurement/pages";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { DEVICE_ARGUMENT, deviceNamed, openRegistry } from "../devices/registry.ts";
import { UsageError } from "../errors.ts";
import { numberOf } from "../terminal/number.ts";
import { parseInstant, TIME_EXAMPLES } from "../terminal/time.ts";
import { type Format, MEASUREMENT_JSON, writeMeasurements } from "./format.ts";
import { openHistory } from "./stores.ts";
import { resolveType, TYPE_NOTE } from "./type.ts";

const MOST_MEASUREMENTS = 1_000_000_000;

interface QueryOptions {
  type?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
  limit?: string | undefined;
  desc?: true | undefined;
  format?: Format | undefined;
}

/** `energylive query` */
export function defineQuery(program: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      program
        .command("query")
        .description("stored measurements of a device, or of one type across all devices")
        .argument("[device]", `${DEVICE_ARGUMENT}; --type is required without it`)
        .option("--type <type>", "only of this type")
        .option("--since <time>", `from this time on: ${TIME_EXAMPLES}`)
        .option("--until <time>", "up to this time, exclusive")
        .option("--limit <number>", "the most to read")
        .option("--desc", "newest first")
        .addOption(
          new Option(
            "--format <format>",
            "the output format (default: table; csv, json and ndjson are for programs)",
          ).choices(["table", "csv", "json", "ndjson"]),
        ),
    ),
    {
      examples: [
        ["query I-10082023-01658401 --since 1h", "the last hour"],
        ["query --type 1-0:1.7.0 --desc --limit 20", "the newest of all devices"],
        ["query I-10082023-01658401 --since 2024-01-01 --format csv > 2024.csv", "a year, page by page"],
      ],
      json: `an array of ${MEASUREMENT_JSON}; the same as --format json`,
      notes: [TYPE_NOTE, "Times without a zone are in the zone of this machine."],
    },
  ).action((device, options) => run(options, (context) => queryMeasurements(context, device, options)));
}

/** Reads page by page and writes as it reads, so a year needs no more memory than a day. */
async function queryMeasurements(
  { open, output }: Context,
  text: string | undefined,
  options: QueryOptions,
): Promise<void> {
  const range = rangeOf(options, Date.now());
  checkUsage(text, options, output.json);
  const stage = await open();
  const device = text === undefined ? undefined : await deviceNamed(await openRegistry(stage), text);
  const history = await openHistory(stage);
  const type = options.type === undefined ? undefined : await resolveType(options.type, history);
  const found = select(history, device, type, range);
  const format = output.json ? "json" : (options.format ?? "table");
  const count = await writeMeasurements(found, { format, ofOneDevice: device !== undefined }, output);
  if (count === 0) output.note(nothing(device, options));
}

function checkUsage(device: string | undefined, options: QueryOptions, json: boolean): void {
  if (device === undefined && options.type === undefined)
    throw new UsageError("name a device, or give --type for one type across all devices");
  if (json && options.format !== undefined && options.format !== "json")
    throw new UsageError(`--json and --format ${options.format} contradict each other`);
}

function rangeOf({ since, until, limit, desc }: QueryOptions, now: number): MeasurementRange {
  const range = {
    since: since === undefined ? undefined : parseInstant(since, now),
    until: until === undefined ? undefined : parseInstant(until, now),
    limit: limit === undefined ? undefined : numberOf("--limit", limit, 1, MOST_MEASUREMENTS),
    descending: desc,
  };
  if (range.since !== undefined && range.until !== undefined && range.since >= range.until)
    throw new UsageError(`--since ${since} is not before --until ${until}`);
  return range;
}

function select(
  history: MeasurementHistory,
  device: string | undefined,
  type: string | undefined,
  range: MeasurementRange,
): AsyncGenerator<StoredMeasurement> {
  if (device !== undefined) return history.ofDevice(device, range, type);
  return history.ofType(type ?? "", range);
}

function nothing(device: string | undefined, { type, since, until: end }: QueryOptions): string {
  const what = [type, device === undefined ? "of any device" : `of ${device}`].filter(Boolean).join(" ");
  const when = since === undefined && end === undefined ? "" : " in that time";
  return `Nothing is stored ${what}${when}.`;
}
