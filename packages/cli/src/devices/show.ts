import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { reportOn } from "@energylive/core/device/health";
import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { age } from "../terminal/age.ts";
import { localTime } from "../terminal/measurement-table.ts";
import { fields } from "../terminal/table.ts";
import { ago } from "../terminal/time.ts";
import { meaningOf, problemTexts } from "../texts.ts";
import { reportJson, shownHealth } from "./list.ts";
import { DEVICE_ARGUMENT, findDevice, openRegistry } from "./registry.ts";

/** `energylive devices show` */
export function defineShow(devices: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      devices
        .command("show")
        .description("one device: its configuration and its state")
        .argument("<device>", DEVICE_ARGUMENT),
    ),
    {
      examples: [["devices show I-10082023-01658401", "everything known about it"]],
      json: "like one element of devices list, with config (the item as written) and watermarks (type → newest published time)",
    },
  ).action((id, options) => run(options, (context) => showDevice(context, id)));
}

async function showDevice({ open, output }: Context, id: string): Promise<void> {
  const stage = await open();
  const registered = await findDevice(await openRegistry(stage), id);
  const now = Date.now();
  const report = reportOn(registered, now, stage.isRunning);
  const watermarks = registered.device?.state.watermarks ?? {};
  const config = Object.entries(registered.config).map(
    ([field, value]) => [field, typeof value === "string" ? value : JSON.stringify(value)] as const,
  );
  const error = report.last_error;
  const text = fields([
    ...config,
    ["health", shownHealth(report.health)],
    ...problemTexts(report.problems).map((problem) => ["problem", problem] as const),
    ["last poll", ago(report.last_polled_at, now, age)],
    ["last success", ago(report.last_success_at, now, age)],
    ["failures", `${report.consecutive_failures ?? 0} in a row`],
    ...(error === undefined
      ? []
      : [["last error", `${error.code}, ${ago(error.at, now, age)}: ${error.message}`] as const]),
    ...Object.entries(watermarks).map(
      ([type, at]) =>
        [`newest ${type}`, `${localTime(at)}, ${ago(at, now, age)} (${meaningOf(type)})`] as const,
    ),
  ]);
  await output.result({ ...reportJson(report), config: registered.config, watermarks }, text);
}
