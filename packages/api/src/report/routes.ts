import type { AlertStore } from "@energylive/core/alert/store";
import { LANGUAGES } from "@energylive/core/alert/texts";
import type { Clock } from "@energylive/core/clock";
import { DEFAULT_TIME_ZONE } from "@energylive/core/device/device";
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
  device: deviceId,
  unit: z.enum(REPORT_UNITS, `is none of ${REPORT_UNITS.join(", ")}`),
  at: instant,
  language: z.enum(LANGUAGES, `is none of ${LANGUAGES.join(", ")}`).default("en"),
});

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

  app.get("/api/report", async (context) => {
    const { device: device_id, unit, at, language } = parseQuery(context, Query);
    const now = clock.now();
    const device = (await registry.find(device_id))?.device ?? { device_id, time_zone: DEFAULT_TIME_ZONE };
    const { time_zone } = device;
    const [from = at, to = at] = calendarBoundaries(unit, time_zone, at, at + 1);
    if (from >= now) throw badRequest("at is in the future");
    const name = ("name" in device ? device.name : undefined) ?? device_id;
    const report = await createReport(
      { title: name, devices: [{ ...device, name }], unit, range: { from, to }, time_zone },
      {
        profiles: (_, range) => energy.profiles(device, range),
        costs: (range) => costs.open(range, device),
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
