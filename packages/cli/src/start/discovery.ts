import { EnergyLiveApiError } from "@energylive/core/energylive/errors";
import type { Log } from "@energylive/core/log";
import type { Stack } from "@energylive/local/stack";
import { discoveredDevices } from "./notes.ts";
import type { Source } from "./source.ts";

/** Devices added at once. */
const CONCURRENT_ADDITIONS = 50;

/**
 * Adds the source's devices to the devices table. Those that are there already stay as they are, and those that a person has removed
 * stay removed. While the API cannot be reached, the collector goes on with the devices that it knows.
 *
 * @param folder the stack's own
 * @returns whether the folder had no device before
 * @throws {EnergyLiveApiError} when the API refuses, or cannot be reached and no device is known
 */
export async function addDevices(
  stack: Stack,
  source: Source,
  folder: string,
  log: Log,
): Promise<{ isNew: boolean }> {
  const known = new Set(await discoveredDevices.read(folder));
  const isNew = known.size === 0 && (await countDevices(stack)) === 0;
  const news = (await discover(stack, source, log)).filter(({ device_id }) => !known.has(device_id));
  let added = 0;
  for (const batch of batches(news)) {
    added += (await Promise.all(batch.map((device) => stack.devices.add(device)))).filter(Boolean).length;
    for (const { device_id } of batch) known.add(device_id);
  }
  if (added > 0) log.info({ event: "devices_added", added });
  if (news.length > 0) await discoveredDevices.write(folder, [...known]);
  source.serveAtLeast(Math.max(known.size, await countDevices(stack)));
  return { isNew };
}

async function discover(stack: Stack, source: Source, log: Log) {
  try {
    return await source.devices();
  } catch (error) {
    const mayPass = error instanceof EnergyLiveApiError && error.retryable;
    if (!mayPass || (await countDevices(stack)) === 0) throw error;
    log.warn({ event: "discovery_failed", error });
    return [];
  }
}

async function countDevices(stack: Stack): Promise<number> {
  let count = 0;
  for await (const _ of stack.devices.all()) count += 1;
  return count;
}

function batches<Device>(devices: readonly Device[]): Device[][] {
  const count = Math.ceil(devices.length / CONCURRENT_ADDITIONS);
  return Array.from({ length: count }, (_, index) =>
    devices.slice(index * CONCURRENT_ADDITIONS, (index + 1) * CONCURRENT_ADDITIONS),
  );
}
