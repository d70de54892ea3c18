import type { WrittenConfig } from "@energylive/core/device/registry";

import type { Context } from "../command.ts";
import { writeResultFile } from "../terminal/file.ts";
import { writeCsv } from "./csv.ts";
import { formatOf } from "./file.ts";
import { openRegistry } from "./registry.ts";

/** Writes every device as `import` reads it; without the fetcher's own record, which is no configuration. */
export async function exportDevices({ open, output }: Context, path: string | undefined): Promise<void> {
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
