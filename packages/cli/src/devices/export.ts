import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { WrittenConfig } from "@energylive/core/device/registry";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { writeResultFile } from "../terminal/file.ts";
import { writeCsv } from "./csv.ts";
import { formatOf } from "./file.ts";
import { openRegistry } from "./registry.ts";

/** `energylive devices export` */
export function defineExport(devices: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      devices
        .command("export")
        .description("write the configuration of every device, in the format that import reads")
        .argument("[file]", "a file, .csv or .json (default: standard output, as CSV)"),
    ),
    {
      examples: [
        ["devices export devices.csv", "for a spreadsheet"],
        ["devices export --json > devices.json", "to standard output"],
      ],
      json: "an array of the devices' items; with a file { file, devices }",
    },
  ).action((file, options) => run(options, (context) => exportDevices(context, file)));
}

/** Writes every device in the format that `import` reads, without the fetcher's state. */
async function exportDevices({ open, output }: Context, path: string | undefined): Promise<void> {
  const format = path === undefined ? (output.json ? "json" : "csv") : formatOf(path);
  const configs: WrittenConfig[] = [];
  for await (const { config } of (await openRegistry(await open())).all()) configs.push(config);
  configs.sort((a, b) => (String(a.device_id) < String(b.device_id) ? -1 : 1));
  const content = format === "csv" ? writeCsv(configs) : `${JSON.stringify(configs, null, 2)}\n`;
  if (path === undefined) return output.write(content);
  await writeResultFile(path, content, { overwrite: true });
  await output.result(
    { file: path, devices: configs.length },
    `${configs.length} ${configs.length === 1 ? "device" : "devices"} written to ${path}.`,
  );
}
