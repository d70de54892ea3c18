import type { AlertStore } from "@energylive/core/alert/store";
import { LANGUAGES } from "@energylive/core/alert/texts";
import type { Clock } from "@energylive/core/clock";
import { DEFAULT_TIME_ZONE, type Device } from "@energylive/core/device/device";
import type { DeviceRegistry } from "@energylive/core/device/registry";
import { calendarBoundaries } from "@energylive/core/energy/calendar";
import { attributionOf } from "@energylive/core/price/source";
import { createReport, REPORT_UNITS } from "@energylive/core/report/contents";
import { reportHtml } from "@energylive/core/report/html";
import { REPORT_TEXTS } from "@energylive/core/report/texts";
import { viewOf } from "@energylive/core/report/view";
import type { Hono } from "hono";
import * as z from "zod";

import type { Costs } from "../costs/reader.ts";
import type { EnergyReader } from "../energy/reader.ts";
import { badRequest } from "../problem.ts";
import { deviceId, instant, parseQuery } from "../query.ts";

const Query = z.object({
  device: deviceId.optional(),
  label: z
    .string()
    .regex(/^[^=]+=/, "is not name=value")
    .optional(),
  unit: z.enum(REPORT_UNITS, `is none of ${REPORT_UNITS.join(", ")}`),
  at: instant,
  language: z.enum(LANGUAGES, `is none of ${LANGUAGES.join(", ")}`).default("en"),
});

/** More are not read while somebody waits. */
const MOST_DEVICES = 500;

/** A report has its styles in its elements, and nothing else. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export interface ReportParts {
  energy: EnergyReader;
  costs: Costs;
  alerts: AlertStore;
  registry: DeviceRegistry;
  clock: Clock;
  /** Whether market prices are nobody's. */
  isSimulated: boolean;
}

/** A report as a page of its own, to read and to print. */
export function addReportRoutes(app: Hono, parts: ReportParts): void {
  const { energy, costs, alerts, registry, clock, isSimulated } = parts;

  /** A device, those with the same value of a label, or all. */
  async function subjectOf({
    device: id,
    label,
  }: {
    device?: string | undefined;
    label?: string | undefined;
  }) {
    if (id !== undefined) {
      const device = (await registry.find(id))?.device ?? { device_id: id, time_zone: DEFAULT_TIME_ZONE };
      const name = ("name" in device ? device.name : undefined) ?? id;
      return { title: name, devices: [{ ...device, name }] };
    }
    const [key = "", ...value] = label?.split("=") ?? [];
    const devices: (Device & { name: string })[] = [];
    for await (const { device } of registry.all()) {
      if (device?.enabled !== true) continue;
      if (label !== undefined && device.labels?.[key] !== value.join("=")) continue;
      devices.push({ ...device, name: device.name ?? device.device_id });
      if (devices.length > MOST_DEVICES)
        throw badRequest(`there are more than ${MOST_DEVICES} devices: energylive report makes this one`);
    }
    const title = label === undefined ? undefined : `${key}: ${value.join("=")}`;
    return { title: devices.length === 1 ? devices[0]?.name : title, devices };
  }

  app.get("/api/report", async (context) => {
    const { unit, at, language, ...wanted } = parseQuery(context, Query);
    const now = clock.now();
    const { title, devices } = await subjectOf(wanted);
    const time_zone = devices[0]?.time_zone ?? DEFAULT_TIME_ZONE;
    const [from = at, to = at] = calendarBoundaries(unit, time_zone, at, at + 1);
    if (from >= now) throw badRequest("at is in the future");
    const known = new Map(devices.map((device) => [device.device_id, device]));
    const report = await createReport(
      { title, devices, unit, range: { from, to }, time_zone },
      {
        // With its watermarks, so that the newest measurements are in it.
        profiles: (device, range) => energy.profiles(known.get(device.device_id) ?? device, range),
        costs: (range) => costs.open(range, devices.length === 1 ? devices[0] : undefined),
        alerts: (id) => alerts.history(id),
      },
      now,
    );
    const named = { ...report, price_sources: report.price_sources.map(attributionOf) };
    return context.html(reportHtml(viewOf(named, REPORT_TEXTS[language], { isSimulated }), language), 200, {
      "content-security-policy": CONTENT_SECURITY_POLICY,
    });
  });
}
