import type { Bucket, DayEnergy, DeviceSummary, LatestValue } from "@energylive/api/contract";
import { computed, type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { apiUrl, getJson } from "../../data/client.ts";
import { now } from "../../data/clock.ts";
import { byType, growthSince, type LatestByType, netPower, updated } from "../../data/latest.ts";
import { onLive } from "../../data/live.ts";
import { type Resource, useResource } from "../../data/resource.ts";
import { EXPORT_REGISTER, IMPORT_REGISTER } from "../../data/types.ts";
import { type Point, pointOf } from "../../series/point.ts";
import { startOfDay } from "../../time/zone.ts";
import { zone } from "../../ui/zone.ts";

/** Live events do not update yesterday "by now" and the sparkline. */
const REFRESH_MS = 300_000;

/** Bucket size of the server's sparkline, unless its points tell another. */
const SPARKLINE_BUCKET_MS = 900_000;

const METERED = [
  ["import", IMPORT_REGISTER],
  ["export", EXPORT_REGISTER],
] as const;

/** A device's summary, updated live. */
export interface LiveSummary {
  resource: Resource<DeviceSummary>;
  latest: ReadonlySignal<LatestByType>;
  imported: ReadonlySignal<DayEnergy | undefined>;
  exported: ReadonlySignal<DayEnergy | undefined>;
  sparkline: ReadonlySignal<Point[]>;
}

export function useLiveSummary(deviceId: string, enabled: boolean): LiveSummary {
  // At midnight today becomes yesterday: a new summary.
  const day = computed(() => startOfDay(zone, now.value)).value;
  const resource = useResource<DeviceSummary>(
    `${deviceId} ${day}`,
    (signal) =>
      getJson(apiUrl(`/api/devices/${encodeURIComponent(deviceId)}/summary`, { zone }), undefined, signal),
    { refreshMs: REFRESH_MS, enabled },
  );
  const since = useSignal<readonly LatestValue[]>([]);
  useEffect(
    () =>
      onLive((event) => {
        if (event.kind === "stored" && event.device_id === deviceId)
          since.value = [...byTypeOf(since.value, event.latest)];
      }),
    [deviceId],
  );
  const latest = useComputed(() => updated(byType(resource.data.value?.latest ?? []), since.value));
  const canTellMore = useComputed(() => isBehind(resource.data.value, latest.value)).value;
  useEffect(() => {
    if (canTellMore) resource.refresh();
  }, [canTellMore]);
  return {
    resource,
    latest,
    imported: useComputed(() => grown(resource.data.value, "import", IMPORT_REGISTER, latest.value)),
    exported: useComputed(() => grown(resource.data.value, "export", EXPORT_REGISTER, latest.value)),
    sparkline: useComputed(() => withNewest(resource.data.value?.sparkline ?? [], latest.value)),
  };
}

/** Whether a second reading has arrived: the summary had no energy for today with only one. */
function isBehind(summary: DeviceSummary | undefined, latest: LatestByType): boolean {
  if (summary === undefined) return false;
  const base = byType(summary.latest);
  return METERED.some(
    ([direction, register]) =>
      summary[direction].today_wh === null &&
      (latest.get(register)?.timestamp ?? 0) > (base.get(register)?.timestamp ?? 0),
  );
}

function byTypeOf(known: readonly LatestValue[], latest: readonly LatestValue[]): Iterable<LatestValue> {
  return updated(byType(known), latest).values();
}

function grown(
  summary: DeviceSummary | undefined,
  direction: "import" | "export",
  register: string,
  latest: LatestByType,
): DayEnergy | undefined {
  if (summary === undefined) return undefined;
  const { today_wh, yesterday_wh } = summary[direction];
  const growth = growthSince(byType(summary.latest).get(register), latest.get(register));
  return { today_wh: today_wh === null ? null : today_wh + growth, yesterday_wh };
}

function withNewest(buckets: readonly Bucket[], latest: LatestByType): Point[] {
  const starts = buckets.map(([start]) => start);
  const distances = starts.slice(1).map((start, index) => start - (starts[index] ?? start));
  const size = distances.length === 0 ? SPARKLINE_BUCKET_MS : Math.min(...distances);
  const points = buckets.map((bucket) => pointOf(bucket, size));
  const net = netPower(latest);
  const at = Math.max(
    ...[...latest.values()].filter(({ unit }) => unit === "W").map(({ timestamp }) => timestamp),
  );
  const last = points.at(-1);
  if (net === undefined || (last !== undefined && at <= last.start + last.size)) return points;
  return [...points, pointOf([at, net, net, net, net, at, 1], size)];
}
