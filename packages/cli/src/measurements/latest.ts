import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Device } from "@energylive/core/device/device";
import { measurementJson, type StoredMeasurement } from "@energylive/core/measurement/item";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { DEVICE_ARGUMENT, findDevice, openRegistry } from "../devices/registry.ts";
import { FailedError } from "../errors.ts";
import type { Stage } from "../stage/stage.ts";
import { colours, type Output } from "../terminal/output.ts";
import { table } from "../terminal/table.ts";
import { wrapped } from "../terminal/wrap.ts";
import { problemTexts } from "../texts.ts";
import { MEASUREMENT_COLUMNS, MEASUREMENT_JSON, measurementRow } from "./format.ts";
import { openLatest } from "./stores.ts";

/** `energylive latest` */
export function defineLatest(program: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      program
        .command("latest")
        .description("the latest stored measurement of every type")
        .argument("[device]", `${DEVICE_ARGUMENT} (default: all)`),
    ),
    {
      examples: [
        ["latest", "of all devices"],
        ["latest I-10082023-01658401", "of one"],
      ],
      json: `an array of { device_id, name, measurements }, where measurements is an array of ${MEASUREMENT_JSON}`,
    },
  ).action((device, options) => run(options, (context) => showLatest(context, device)));
}

/** Device by device: what they sent is not held. */
async function showLatest({ open, output }: Context, id: string | undefined): Promise<void> {
  const stage = await open();
  const devices = id === undefined ? await allDevices(stage, output) : [await oneDevice(stage, id)];
  const latest = await openLatest(stage);
  let shown = 0;
  if (output.json) await output.write("[");
  for (const device of devices) {
    const measurements = await latest.ofEachType(device);
    if (output.json) await output.write(`${shown === 0 ? "\n" : ",\n"}${json(device, measurements)}`);
    else if (measurements.length > 0) await output.write(text(device, measurements, shown === 0));
    if (measurements.length > 0 || output.json) shown += 1;
  }
  if (output.json) await output.write("\n]\n");
  else if (shown === 0) output.note("No measurement is stored yet: energylive devices list shows why.");
}

/** By name. */
async function allDevices(stage: Stage, output: Output): Promise<Device[]> {
  const devices: Device[] = [];
  let invalid = 0;
  for await (const { device } of (await openRegistry(stage)).all()) {
    if (device === undefined) invalid += 1;
    else devices.push(device);
  }
  if (invalid > 0)
    output.note(
      `${invalid} ${invalid === 1 ? "device is" : "devices are"} invalid: energylive devices list says why.`,
    );
  return devices.sort((a, b) => title(a).localeCompare(title(b), undefined, { numeric: true }));
}

async function oneDevice(stage: Stage, id: string): Promise<Device> {
  const { device, invalid } = await findDevice(await openRegistry(stage), id);
  if (device !== undefined) return device;
  throw new FailedError(`the item of ${id} is invalid: ${problemTexts(invalid?.problems).join("; ")}`, {
    advice: `energylive devices set ${id} field=value mends it; energylive query ${id} --desc shows what is stored`,
  });
}

function title({ name, device_id }: Device): string {
  return name ?? device_id;
}

function json({ device_id, name = device_id }: Device, measurements: readonly StoredMeasurement[]): string {
  return JSON.stringify({ device_id, name, measurements: measurements.map(measurementJson) });
}

function text(
  { device_id, name = "" }: Device,
  measurements: readonly StoredMeasurement[],
  isFirst: boolean,
): string {
  const head = wrapped([colours.bold(name), device_id].filter(Boolean).join("  "));
  const rows = table(MEASUREMENT_COLUMNS, measurements.map(measurementRow));
  return `${isFirst ? "" : "\n"}${head}\n${rows}\n`;
}
