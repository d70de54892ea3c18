import type { DeviceDetail, LatestValue } from "@energylive/api/contract";
import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { getJson } from "./client.ts";
import { byType, type LatestByType, updated } from "./latest.ts";
import { onLive, watchDevices } from "./live.ts";
import { type Resource, useResource } from "./resource.ts";

const REFRESH_MS = 60_000;

/** A device and its latest values, updated live. */
export function useDeviceDetail(deviceId: string): {
  resource: Resource<DeviceDetail>;
  latest: ReadonlySignal<LatestByType>;
  /** Its values come as it sends them. */
  isLive: ReadonlySignal<boolean>;
} {
  const resource = useResource<DeviceDetail>(
    deviceId,
    (signal) => getJson(`/api/devices/${encodeURIComponent(deviceId)}`, undefined, signal),
    { refreshMs: REFRESH_MS },
  );
  const since = useSignal<readonly LatestValue[]>([]);
  const isLive = useSignal(false);
  useEffect(() => {
    isLive.value = false;
    const follow = () => watchDevices([deviceId], document.hidden ? undefined : deviceId);
    follow();
    document.addEventListener("visibilitychange", follow);
    return () => {
      document.removeEventListener("visibilitychange", follow);
      watchDevices([deviceId]);
    };
  }, [deviceId]);
  useEffect(
    () =>
      onLive((event) => {
        if (event.kind === "devices") resource.refresh();
        if (event.kind === "live" && event.device_id === deviceId) isLive.value = event.is_followed;
        if (event.kind === "stored" && event.device_id === deviceId) {
          since.value = [...updated(byType(since.value), event.latest).values()];
        }
      }),
    [deviceId],
  );
  const latest = useComputed(() => updated(byType(resource.data.value?.latest ?? []), since.value));
  return { resource, latest, isLive };
}
