import type { Log } from "@energylive/core/log";

import type { Source } from "./source.ts";
import type { Stack } from "./stack.ts";

/** Devices added at one time. */
const CONCURRENT_ADDITIONS = 50;

/** Adds the source's devices to the devices table. Those that are there already stay as they are. */
export async function addDevices(stack: Stack, source: Source, log: Log): Promise<void> {
  const devices = await source.devices();
  let added = 0;
  for (let start = 0; start < devices.length; start += CONCURRENT_ADDITIONS) {
    const additions = devices
      .slice(start, start + CONCURRENT_ADDITIONS)
      .map((device) => stack.devices.add(device));
    added += (await Promise.all(additions)).filter(Boolean).length;
  }
  if (added > 0) log.info({ event: "devices_added", added });
  let known = 0;
  for await (const _ of stack.devices.scan({ index: 0, total: 1 })) known += 1;
  source.serveAtLeast(known);
}
