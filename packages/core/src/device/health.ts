import type { Device } from "./device.ts";
import { isOld, isStale, Polls } from "./due.ts";
import type { DeviceProblem } from "./problem.ts";
import type { RegisteredDevice } from "./registry.ts";
import { newestMeasurementAt } from "./seen.ts";

export type Health = "ok" | "new" | "stale" | "failing" | "disabled" | "invalid";

/** A device as the device lists of command and dashboard show it. */
export interface DeviceReport {
  device_id: string;
  name?: string;
  health: Health;
  enabled?: boolean;
  api_key?: string;
  last_polled_at?: string;
  last_success_at?: string;
  newest_measurement_at?: string;
  consecutive_failures?: number;
  last_error?: { code: string; message: string; at: string };
  /** Why an invalid item cannot be polled. */
  problems?: DeviceProblem[];
}

/** @param isRunning whether polls are scheduled: if not, a device is not well just because its last poll went well */
export function reportOn(registered: RegisteredDevice, now: number, isRunning: boolean): DeviceReport {
  const { device, invalid } = registered;
  if (device === undefined) {
    const { device_id = "(none)", problems = [] } = invalid ?? {};
    return { device_id, health: "invalid", problems };
  }
  const { device_id, name = device_id, enabled, api_key, state } = device;
  const newest = newestMeasurementAt(state.seen, now);
  const { last_polled_at, last_success_at, last_error, consecutive_failures } = state;
  return {
    device_id,
    name,
    health: healthOf(device, now, isRunning),
    enabled,
    api_key,
    ...(last_polled_at === undefined ? {} : { last_polled_at }),
    ...(last_success_at === undefined ? {} : { last_success_at }),
    ...(newest === undefined ? {} : { newest_measurement_at: new Date(newest).toISOString() }),
    consecutive_failures,
    ...(last_error === undefined ? {} : { last_error }),
  };
}

function healthOf(device: Device, now: number, isRunning: boolean): Health {
  if (!device.enabled) return "disabled";
  if (device.state.last_polled_at === undefined) return "new";
  if (device.state.consecutive_failures > 0) return "failing";
  const isPolled = isRunning && !new Polls(device).areMissing(now);
  return isStale(device, now) || (!isPolled && isOld(device, now)) ? "stale" : "ok";
}

/** Worst first. */
export const HEALTHS = [
  "invalid",
  "failing",
  "stale",
  "new",
  "ok",
  "disabled",
] as const satisfies readonly Health[];

/** By health, worst first, then by name. */
export function sortReports(reports: DeviceReport[]): DeviceReport[] {
  const title = ({ name, device_id }: DeviceReport) => name ?? device_id;
  return reports.sort(
    (a, b) =>
      HEALTHS.indexOf(a.health) - HEALTHS.indexOf(b.health) ||
      title(a).localeCompare(title(b), undefined, { numeric: true }),
  );
}
