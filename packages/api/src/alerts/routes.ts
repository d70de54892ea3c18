import type { Alert, AlertStore } from "@energylive/core/alert/store";
import type { Clock } from "@energylive/core/clock";
import type { Hono } from "hono";
import * as z from "zod";

import type { AlertEntry, DeviceAlerts, OpenAlerts } from "../contract.ts";
import type { DeviceDirectory } from "../devices/directory.ts";
import { deviceId, parseQuery } from "../query.ts";
import { sharedReads } from "../shared-reads.ts";

/** More than a person reads; `total` says how many there are. */
const MOST_OPEN = 500;
const MOST_PAST = 200;

export function addAlertRoutes(
  app: Hono,
  { alerts, directory, clock }: { alerts: AlertStore; directory: DeviceDirectory; clock: Clock },
): void {
  const shared = sharedReads<Alert[]>(clock);

  app.get("/api/alerts", async (context) => {
    const { device } = parseQuery(context, z.object({ device: deviceId.optional() }));
    if (device !== undefined) {
      const found = await alerts.history(device);
      return context.json({
        alerts: found.slice(0, MOST_PAST).map((alert) => entryOf(alert)),
        total: found.length,
      } satisfies DeviceAlerts);
    }
    const [open, { reports }] = await Promise.all([
      shared("open", () => alerts.allOpen()),
      directory.current(),
    ]);
    const names = new Map(reports.map(({ device_id, name }) => [device_id, name]));
    return context.json({
      alerts: open.slice(0, MOST_OPEN).map((alert) => entryOf(alert, names.get(alert.device_id))),
      total: open.length,
    } satisfies OpenAlerts);
  });
}

function entryOf(
  { device_id, rule, began, closed_at, value, notify_error }: Alert,
  name?: string,
): AlertEntry {
  return {
    device_id,
    name: name ?? device_id,
    rule,
    began,
    ended: closed_at === undefined ? null : Date.parse(closed_at),
    value,
    notify_error: notify_error ?? null,
  };
}
