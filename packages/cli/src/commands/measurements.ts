import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";

import { TYPE_NAMES } from "@energylive/core/measurement/type-name";

import { documented, run, withCommonOptions } from "../command.ts";

const TYPE_NOTE = `A type is a ten-digit code (0100010700), OBIS notation (1-0:1.7.0), a short name (${Object.keys(TYPE_NAMES).join(", ")}) or the name that the device sends.`;

const MEASUREMENT_JSON =
  "`{ device_id, measurement_key, timestamp, iso_timestamp, measurement_type, value, unit?, collection_time, ttl }`; `value` has all of its digits, which can be more than a double holds";

/** `energylive query`, `latest` and `tail`. */
export function addMeasurementCommands(program: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      program
        .command("query")
        .description("stored measurements of a device, or of one type across all devices")
        .argument("[device]", "the device; without it --type is needed")
        .option("--type <type>", "of this type alone")
        .option("--since <time>", "from this time on: 1h, 7d, 2024-09-17, 2024-09-17T08:00Z")
        .option("--until <time>", "up to this time, without it")
        .option("--limit <number>", "at most so many")
        .option("--desc", "newest first")
        .addOption(
          new Option(
            "--format <format>",
            "how to write them (default: table; csv, json and ndjson are for programs)",
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
      notes: [TYPE_NOTE, "Times without a zone are those of this machine."],
    },
  ).action((device, options) =>
    run(options, async (context) =>
      (await import("../measurements/query.ts")).queryMeasurements(context, device, options),
    ),
  );

  documented(
    withCommonOptions(
      program
        .command("latest")
        .description("the latest stored measurement of every type")
        .argument("[device]", "the device (default: all)"),
    ),
    {
      examples: [
        ["latest", "of all devices"],
        ["latest I-10082023-01658401", "of one"],
      ],
      json: `an array of \`{ device_id, name, measurements }\`, where \`measurements\` is an array of ${MEASUREMENT_JSON}`,
    },
  ).action((device, options) =>
    run(options, async (context) => (await import("../measurements/latest.ts")).showLatest(context, device)),
  );

  documented(
    withCommonOptions(
      program
        .command("tail")
        .description("new measurements as they are stored, until Ctrl-C")
        .argument("[device]", "the device (default: all)")
        .option("--type <type>", "of this type alone"),
    ),
    {
      examples: [
        ["tail", "of all devices"],
        ["tail I-10082023-01658401 --type power", "one series"],
      ],
      json: `one line for each: ${MEASUREMENT_JSON}`,
      notes: [
        TYPE_NOTE,
        "Of each series it shows what is newer than what it has shown: a measurement that is stored late, after a redrive for instance, is in query alone.",
      ],
    },
  ).action((device, options) =>
    run(options, async (context) =>
      (await import("../measurements/tail.ts")).tailMeasurements(context, device, options),
    ),
  );
}
