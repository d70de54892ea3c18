import type { Device } from "../device/device.ts";
import type { Channel } from "../notify/channel.ts";
import type { ReportedDevice } from "./contents.ts";

/** What one report is of. */
export interface Subject {
  /** Stable, for the note that it was sent: `all`, a device's id, `site=Graz`. */
  key: string;
  title: string | undefined;
  devices: ReportedDevice[];
}

const LABEL = "label:";

/** The reports that a channel gets of these devices. */
export function subjectsOf({ reports_of }: Channel, devices: readonly Device[]): Subject[] {
  if (reports_of === "each")
    return devices.map((device) => ({
      key: device.device_id,
      title: reported(device).name,
      devices: [reported(device)],
    }));
  if (reports_of.startsWith(LABEL)) {
    const label = reports_of.slice(LABEL.length);
    const groups = Map.groupBy(devices, ({ labels }) => labels?.[label]);
    return [...groups].flatMap(([value, members]) =>
      value === undefined
        ? []
        : [{ key: `${label}=${value}`, title: `${label}: ${value}`, devices: members.map(reported) }],
    );
  }
  const [only] = devices;
  if (only === undefined) return [];
  const title = devices.length === 1 ? reported(only).name : undefined;
  return [{ key: "all", title, devices: devices.map(reported) }];
}

function reported(device: Device): ReportedDevice {
  const { device_id, name = device_id, time_zone, tariff } = device;
  return { device_id, name, time_zone, tariff };
}
