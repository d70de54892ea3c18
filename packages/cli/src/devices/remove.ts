import type { Context } from "../command.ts";
import { commandFor } from "../stage/stage.ts";
import { deviceId, openRegistry, unknownDevice } from "./registry.ts";

export async function removeDevice({ open, output }: Context, id: string): Promise<void> {
  const device = deviceId(id);
  const stage = await open();
  const registry = await openRegistry(stage);
  if (!(await registry.remove(device))) throw unknownDevice(id);
  await output.result(
    { device_id: id, removed: true },
    `Removed ${id}: it is no longer polled.\nIts measurements stay until their retention ends; ${commandFor(stage, `query ${id}`)} still shows them.`,
  );
}
