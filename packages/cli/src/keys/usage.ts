import { DEFAULT_KEY_NAME } from "@energylive/core/device/device";

import { openRegistry } from "../devices/registry.ts";
import type { Stage } from "../stage/stage.ts";

/** The devices of each key, by key name; includes invalid devices, which may be fixed. */
export async function devicesByKey(stage: Stage): Promise<Map<string, string[]>> {
  const byKey = new Map<string, string[]>();
  for await (const { config } of (await openRegistry(stage)).all()) {
    const { device_id, api_key = DEFAULT_KEY_NAME } = config;
    const devices = byKey.get(String(api_key)) ?? [];
    devices.push(String(device_id));
    byKey.set(String(api_key), devices);
  }
  return byKey;
}
