import type { Device } from "@energylive/core/device/device";
import { measurementJson, type StoredMeasurement } from "@energylive/core/measurement/item";
import { measurementTable } from "@energylive/local/terminal/measurement-table";

import type { Context } from "../command.ts";
import { deviceId, findDevice, openRegistry } from "../devices/registry.ts";
import type { Target } from "../target/target.ts";
import { openLatest } from "./stores.ts";

/** Device by device, so that memory does not grow with their number. */
export async function showLatest({ open, output }: Context, id: string | undefined): Promise<void> {
  if (id !== undefined) deviceId(id);
  const target = await open();
  const store = await openLatest(target);
  let shown = 0;
  if (output.json) await output.write("[");
  for await (const device of devicesOf(target, id)) {
    const measurements = await store.latest(device);
    if (output.json) await output.write(`${shown === 0 ? "\n" : ",\n"}${json(device, measurements)}`);
    else if (measurements.length > 0) await output.write(text(device, measurements));
    if (measurements.length > 0 || output.json) shown += 1;
  }
  if (output.json) await output.write("\n]\n");
  else if (shown === 0) output.note("No measurement is stored yet: energylive devices list shows why.");
}

async function* devicesOf(target: Target, id: string | undefined): AsyncGenerator<Device> {
  const registry = await openRegistry(target);
  if (id !== undefined) {
    const { device } = await findDevice(registry, id);
    if (device !== undefined) yield device;
    return;
  }
  for await (const { device } of registry.all()) if (device !== undefined) yield device;
}

function json({ device_id, name = device_id }: Device, measurements: readonly StoredMeasurement[]): string {
  return JSON.stringify({ device_id, name, measurements: measurements.map(measurementJson) });
}

function text({ device_id, name = "" }: Device, measurements: readonly StoredMeasurement[]): string {
  return `${[name, device_id].filter(Boolean).join("  ")}\n${measurementTable(measurements)}\n\n`;
}
