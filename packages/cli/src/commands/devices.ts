import { Argument, type CommandUnknownOpts } from "@commander-js/extra-typings";

import { documented, run, withCommonOptions } from "../command.ts";

/** `energylive devices …` */
export function addDevicesCommand(program: CommandUnknownOpts): void {
  const devices = documented(program.command("devices").description("the devices that are polled"), {
    examples: [
      ["devices list", "how every device is doing"],
      ["devices add I-10082023-01658401", "begin to collect a device"],
    ],
  });

  documented(
    withCommonOptions(
      devices
        .command("add")
        .description("add a device, after asking the API for it with the device's key")
        .argument("<id>", "the device's id, like I-10082023-01658401")
        .option("--name <name>", "what people call it")
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
        ["devices add I-10082023-01658401 --types power,import --label site=Graz", "two types alone"],
      ],
      json: "the device's item: `{ device_id, name?, … }`",
    },
  ).action((id, options) =>
    run(options, async (context) => (await import("../devices/add.ts")).addDevice(context, id, options)),
  );

  documented(
    withCommonOptions(
      devices
        .command("discover")
        .description("list the devices that a key may read, and add those that are chosen")
        .option("--key <name>", "the name of the key to ask with", "default")
        .option("--yes", "add all that are not there yet, without asking"),
    ),
    {
      examples: [
        ["devices discover", "choose from a list"],
        ["devices discover --key mother --yes", "add all devices of another account"],
      ],
      json: "`{ key, devices: [{ device_id, known, added }] }`",
      notes: ["Without a terminal and without --yes it only lists."],
    },
  ).action((options) =>
    run(options, async (context) =>
      (await import("../devices/discover.ts")).discoverDevices(context, options),
    ),
  );

  documented(
    withCommonOptions(devices.command("list").description("how every device is doing, at a glance")),
    {
      examples: [
        ["devices list", "a table"],
        ["devices list --json", "for programs"],
      ],
      json: "`[{ device_id, name, health, enabled, api_key, last_polled_at, last_success_at, newest_measurement_at, consecutive_failures, last_error, problems }]`; `health` is one of `ok`, `new`, `stale`, `failing`, `disabled`, `invalid`; an invalid device has `problems`",
    },
  ).action((options) =>
    run(options, async (context) => (await import("../devices/list.ts")).listDevices(context)),
  );

  documented(
    withCommonOptions(
      devices
        .command("show")
        .description("one device: its configuration and its state")
        .argument("<id>", "the device"),
    ),
    {
      examples: [["devices show I-10082023-01658401", "everything that is known of it"]],
      json: "as one element of `devices list`, and `config` (the item as it was written) and `watermarks` (type → newest published time)",
    },
  ).action((id, options) =>
    run(options, async (context) => (await import("../devices/show.ts")).showDevice(context, id)),
  );

  documented(
    withCommonOptions(
      devices
        .command("set")
        .description("change fields of a device, and no others")
        .argument("<id>", "the device")
        .argument("<field=value...>", "a field and its new value; field= takes it out"),
    ),
    {
      examples: [
        ["devices set I-10082023-01658401 name=Mother interval_seconds=15m", "two fields"],
        ["devices set I-10082023-01658401 measurement_types=power,import", "keep two types alone"],
        ["devices set I-10082023-01658401 labels.site=Graz labels.floor=", "set one label, take one out"],
        ["devices set I-10082023-01658401 retention_days=", "back to the default"],
      ],
      json: "the device's item after the change",
      notes: [
        "Fields: name, enabled, api_key, interval_seconds, measurement_types, retention_days, labels.<name>. A misspelt field of an item is taken out by field= too.",
      ],
    },
  ).action((id, assignments, options) =>
    run(options, async (context) => (await import("../devices/set.ts")).setFields(context, id, assignments)),
  );

  for (const [verb, what] of [
    ["enable", "poll a device again"],
    ["disable", "pause polling a device; its configuration and its data stay"],
  ] as const) {
    documented(withCommonOptions(devices.command(verb).description(what).argument("<id>", "the device")), {
      examples: [[`devices ${verb} I-10082023-01658401`, what]],
      json: "the device's item after the change",
    }).action((id, options) =>
      run(options, async (context) =>
        (await import("../devices/set.ts")).setFields(context, id, [`enabled=${verb === "enable"}`]),
      ),
    );
  }

  documented(
    withCommonOptions(
      devices
        .command("remove")
        .description("stop collecting a device and forget its configuration; its measurements stay")
        .argument("<id>", "the device"),
    ),
    {
      examples: [["devices remove I-10082023-01658401", "what it sent can still be queried"]],
      json: "`{ device_id, removed: true }`",
    },
  ).action((id, options) =>
    run(options, async (context) => (await import("../devices/remove.ts")).removeDevice(context, id)),
  );

  const format = () => new Argument("[file]", "a file, .csv or .json (default: standard output, as CSV)");
  documented(
    withCommonOptions(
      devices
        .command("import")
        .description("add hundreds of devices from a file: all of them, or none")
        .argument("<file>", "a .csv or .json file; - is standard input")
        .option("--update", "change devices that are there already to what the file says"),
    ),
    {
      examples: [
        ["devices import devices.csv", "add what is not there yet"],
        ["devices import devices.json --update", "and change what is"],
      ],
      json: "`{ added, updated, unchanged }`, all counts",
      notes: [
        "A CSV file has a head with the fields' names, of which device_id is required. Within a cell, types and labels are separated by semicolons: 0100010700;0100010800, site=Graz;floor=2. A JSON file is an array of items. Every bad line is named, and then nothing is added.",
      ],
    },
  ).action((file, options) =>
    run(options, async (context) =>
      (await import("../devices/import.ts")).importDevices(context, file, options),
    ),
  );

  documented(
    withCommonOptions(
      devices
        .command("export")
        .description("write the configuration of every device, as import reads it")
        .addArgument(format()),
    ),
    {
      examples: [
        ["devices export devices.csv", "for a spreadsheet"],
        ["devices export --json > devices.json", "to standard output"],
      ],
      json: "an array of the devices' items; with a file `{ file, devices }`",
    },
  ).action((file, options) =>
    run(options, async (context) => (await import("../devices/export.ts")).exportDevices(context, file)),
  );
}
