import type { RegisteredDevice } from "@energylive/core/device/registry";

import { findDevice, openRegistry } from "../devices/registry.ts";
import type { Stage } from "../stage/stage.ts";

/** The named devices, or all that can be polled. */
export async function selectDevices(stage: Stage, ids: readonly string[]): Promise<RegisteredDevice[]> {
  const registry = await openRegistry(stage);
  const selected: RegisteredDevice[] = [];
  for (const id of new Set(ids)) selected.push(await findDevice(registry, id));
  if (ids.length > 0) return selected;
  for await (const registered of registry.all())
    if (registered.device?.enabled !== false) selected.push(registered);
  return selected;
}
