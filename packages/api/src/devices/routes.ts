import type { Clock } from "@energylive/core/clock";
import type { Device } from "@energylive/core/device/device";
import { HEALTHS, reportOn, sortReports } from "@energylive/core/device/health";
import type { DeviceRegistry, RegisteredDevice } from "@energylive/core/device/registry";
import { wholeNumber } from "@energylive/core/whole-number";
import type { Hono } from "hono";
import * as z from "zod";

import {
  DEVICE_ORDERS,
  type DeviceDetail,
  type DevicePage,
  type DeviceReport,
  type DeviceSummary,
  type Totals,
} from "../contract.ts";
import type { Costs } from "../costs/reader.ts";
import { RequestProblem } from "../problem.ts";
import { parseQuery, zone } from "../query.ts";
import type { DeviceDirectory } from "./directory.ts";
import { powerNow, type TodayReader, totalsOf } from "./figures.ts";
import { latestValues } from "./latest-values.ts";
import { type SummaryParts, summarize } from "./summary.ts";

const DEFAULT_LIMIT = 50;
const MOST_LIMIT = 500;
const LONGEST_SEARCH = 200;
const LONGEST_ID = 200;

const Query = z.object({
  search: z.string().max(LONGEST_SEARCH, "is too long").default(""),
  /** Empty: all. */
  health: z.enum([...HEALTHS, ""], `is not one of ${HEALTHS.join(", ")}`).default(""),
  sort: z.enum(DEVICE_ORDERS, `is not one of ${DEVICE_ORDERS.join(", ")}`).default("name"),
  zone: zone.default("UTC"),
  offset: wholeNumber(0, 1_000_000_000).optional(),
  limit: wholeNumber(1, MOST_LIMIT).optional(),
});

const TotalsQuery = z.object({ zone, label: z.string().max(LONGEST_SEARCH, "is too long").optional() });

export interface DeviceParts extends SummaryParts {
  registry: DeviceRegistry;
  directory: DeviceDirectory;
  today: TodayReader;
  costs: Costs;
  clock: Clock;
  /** Whether polls are scheduled. */
  isRunning: boolean;
}

export function addDeviceRoutes(app: Hono, parts: DeviceParts): void {
  const { directory, clock } = parts;

  app.get("/api/collector", async (context) => context.json((await directory.current()).collector));

  app.get("/api/devices", async (context) => {
    const query = parseQuery(context, Query);
    const { search, health, offset = 0, limit = DEFAULT_LIMIT } = query;
    const { devices, reports, counts } = await directory.current();
    const isFound = searchIn(devices, search);
    const found = reports.filter((report) => (health === "" || report.health === health) && isFound(report));
    await sort(found, validOf(devices), query);
    const page = found.slice(offset, offset + limit);
    return context.json({ total: found.length, counts, devices: page } satisfies DevicePage);
  });

  app.get("/api/totals", async (context) => {
    const { zone: timeZone, label } = parseQuery(context, TotalsQuery);
    const { devices } = await directory.current();
    const today = await parts.today.of(validOf(devices), timeZone);
    return context.json(totalsOf(devices, today, { label, now: clock.now() }) satisfies Totals);
  });

  /** What has no such figure comes last, by name. */
  async function sort(
    reports: DeviceReport[],
    devices: readonly Device[],
    { sort: order, zone: timeZone }: z.infer<typeof Query>,
  ): Promise<void> {
    if (order === "name") return;
    if (order === "health") {
      sortReports(reports);
      return;
    }
    const figures =
      order === "power"
        ? devices.map((device) => [device.device_id, powerNow(device, clock.now())] as const)
        : [...(await parts.today.of(devices, timeZone))].map(
            ([id, { import_wh }]) => [id, import_wh] as const,
          );
    const byId = new Map(figures);
    const figureOf = ({ device_id }: DeviceReport) => byId.get(device_id) ?? Number.NEGATIVE_INFINITY;
    reports.sort((a, b) => figureOf(b) - figureOf(a) || 0);
  }

  app.get("/api/devices/:id", async (context) => {
    const registered = await findDevice(parts.registry, context.req.param("id"));
    const { device } = registered;
    const latest = device === undefined ? [] : await latestValues(device, parts.latest);
    return context.json({
      report: reportOn(registered, clock.now(), parts.isRunning),
      labels: device?.labels ?? {},
      tariff: device?.tariff ?? null,
      alerts: device?.alerts ?? null,
      latest,
    } satisfies DeviceDetail);
  });

  app.get("/api/devices/:id/summary", async (context) => {
    const { zone: timeZone } = parseQuery(context, z.object({ zone }));
    const { device } = await findDevice(parts.registry, context.req.param("id"));
    if (device === undefined)
      throw new RequestProblem(409, { code: "device_invalid", device_id: context.req.param("id") });
    const [measured, cost] = await Promise.all([
      summarize(device, parts, timeZone, clock.now()),
      parts.costs.today(device, timeZone).catch(unlessInvalid),
    ]);
    return context.json({ ...measured, cost } satisfies DeviceSummary);
  });
}

/** A card shows what it can; the page of the device says what is wrong with its tariff. */
function unlessInvalid(error: unknown): null {
  if (error instanceof RequestProblem) return null;
  throw error;
}

function validOf(devices: readonly RegisteredDevice[]): Device[] {
  return devices.flatMap(({ device }) => (device === undefined ? [] : [device]));
}

/** @throws {RequestProblem} if it is not in the table */
export async function findDevice(registry: DeviceRegistry, id: string): Promise<RegisteredDevice> {
  // A malformed id may be in the table too, as an invalid device.
  const registered = id.length > LONGEST_ID ? undefined : await registry.find(id);
  if (registered !== undefined) return registered;
  throw new RequestProblem(404, { code: "device_unknown", device_id: id });
}

/** Searches id, name and labels, ignoring case. */
function searchIn(devices: readonly RegisteredDevice[], search: string): (report: DeviceReport) => boolean {
  const wanted = search.trim().toLocaleLowerCase();
  if (wanted === "") return () => true;
  const holds = (text: string) => text.toLocaleLowerCase().includes(wanted);
  const byLabel = new Set(
    devices
      .filter(({ device }) =>
        Object.entries(device?.labels ?? {}).some(([name, text]) => holds(`${name} ${text}`)),
      )
      .map(({ device }) => device?.device_id),
  );
  return ({ device_id, name }) => holds(device_id) || holds(name ?? "") || byLabel.has(device_id);
}
