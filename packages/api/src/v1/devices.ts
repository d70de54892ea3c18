import type { AlertStore } from "@energylive/core/alert/store";
import type { Clock } from "@energylive/core/clock";
import { reportOn } from "@energylive/core/device/health";
import type { DeviceRegistry, RegisteredDevice } from "@energylive/core/device/registry";
import type { FetcherResult } from "@energylive/core/fetcher/run";
import type { OpenAPIHono } from "@hono/zod-openapi";

import type { DeviceDirectory } from "../devices/directory.ts";
import { findDevice } from "../devices/routes.ts";
import { ROUTES } from "./schemas.ts";
import { iso } from "./time.ts";

export interface DeviceParts {
  registry: DeviceRegistry;
  directory: DeviceDirectory;
  alerts: AlertStore;
  poll(deviceIds: string[]): Promise<FetcherResult>;
  /** Whether polls are scheduled. */
  isRunning: boolean;
  clock: Clock;
}

/** The devices, what is wrong with them, and what a program may do with them. */
export function addDevices(app: OpenAPIHono, parts: DeviceParts): void {
  const { registry, directory, alerts, poll, isRunning, clock } = parts;
  const shown = (device: RegisteredDevice) => deviceJson(device, clock.now(), isRunning);

  app.openapi(ROUTES.devices, async (context) => {
    const { limit, cursor = "" } = context.req.valid("query");
    const { devices } = await directory.current();
    const following = devices
      .filter((device) => idOf(device) > cursor)
      .sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
    const page = following.slice(0, limit);
    const last = page.at(-1);
    const next = following.length > limit && last !== undefined ? idOf(last) : null;
    return context.json({ devices: page.map(shown), next }, 200);
  });

  app.openapi(ROUTES.device, async (context) =>
    context.json(shown(await findDevice(registry, context.req.valid("param").device)), 200),
  );

  app.openapi(ROUTES.edit, async (context) => {
    const { device } = context.req.valid("param");
    const { name, enabled } = context.req.valid("json");
    await findDevice(registry, device);
    await registry.edit(device, {
      set: { ...(typeof name === "string" ? { name } : {}), ...(enabled === undefined ? {} : { enabled }) },
      remove: name === null ? ["name"] : [],
    });
    await directory.refresh();
    return context.json(shown(await findDevice(registry, device)), 200);
  });

  app.openapi(ROUTES.poll, async (context) => {
    const { device } = context.req.valid("param");
    await findDevice(registry, device);
    const { polled, published, failed } = await poll([device]);
    return context.json({ polled, published, failed }, 200);
  });

  app.openapi(ROUTES.alerts, async (context) => {
    const { device } = context.req.valid("query");
    const found = device === undefined ? await alerts.allOpen() : await alerts.history(device);
    const answer = found.map(({ device_id, rule, began, closed_at, value, limit }) => ({
      device_id,
      rule: { ...rule },
      began: iso(began),
      ended: closed_at ?? null,
      value,
      limit,
    }));
    return context.json({ alerts: answer }, 200);
  });
}

function idOf({ device, invalid }: RegisteredDevice): string {
  return device?.device_id ?? invalid?.device_id ?? "";
}

function deviceJson(registered: RegisteredDevice, now: number, isRunning: boolean) {
  const { device } = registered;
  const report = reportOn(registered, now, isRunning);
  return {
    device_id: report.device_id,
    name: report.name ?? report.device_id,
    health: report.health,
    enabled: report.enabled ?? null,
    labels: device?.labels ?? {},
    tariff: device?.tariff ?? null,
    time_zone: device?.time_zone ?? null,
    last_polled_at: report.last_polled_at ?? null,
    last_success_at: report.last_success_at ?? null,
    newest_measurement_at: report.newest_measurement_at ?? null,
    last_error: report.last_error ?? null,
  };
}
