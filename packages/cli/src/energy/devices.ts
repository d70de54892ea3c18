import { openRegistry } from "../devices/registry.ts";
import { FailedError } from "../errors.ts";
import type { ProfiledDevice } from "../profiles/days.ts";
import type { Stage } from "../stage/stage.ts";

/**
 * Those with all of the labels.
 *
 * @throws {FailedError} if there is none
 */
export async function labelledDevices(
  stage: Stage,
  devices: readonly ProfiledDevice[],
  labels: Record<string, string>,
): Promise<readonly ProfiledDevice[]> {
  const wanted = Object.entries(labels);
  if (wanted.length === 0) return devices;
  const matching = new Set<string>();
  for await (const { device } of (await openRegistry(stage)).all())
    if (device !== undefined && wanted.every(([name, value]) => device.labels?.[name] === value))
      matching.add(device.device_id);
  const found = devices.filter(({ device_id }) => matching.has(device_id));
  if (found.length > 0) return found;
  throw new FailedError(`no device has the label ${wanted.map((pair) => pair.join("=")).join(" and ")}`);
}
