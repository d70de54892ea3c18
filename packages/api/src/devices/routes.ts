import type { Clock } from "@energylive/core/clock";
import { type Health, reportOn } from "@energylive/core/device/health";
import type { DeviceRegistry, RegisteredDevice } from "@energylive/core/device/registry";
import { wholeNumber } from "@energylive/core/whole-number";
import type { Hono } from "hono";
import * as z from "zod";

import type { DeviceDetail, DevicePage, DeviceReport } from "../contract.ts";
import { RequestProblem } from "../problem.ts";
import { parseQuery, zone } from "../query.ts";
import type { DeviceDirectory } from "./directory.ts";
import { latestValues } from "./latest-values.ts";
import { type SummaryParts, summarize } from "./summary.ts";

const DEFAULT_LIMIT = 50;
const MOST_LIMIT = 500;
const LONGEST_SEARCH = 200;
const LONGEST_ID = 200;

const HEALTHS = ["ok", "new", "stale", "failing", "disabled", "invalid"] as const satisfies readonly Health[];

const Query = z.object({
  search: z.string().max(LONGEST_SEARCH, "is too long").default(""),
  /** Empty: all. */
  health: z.enum([...HEALTHS, ""], `is not one of ${HEALTHS.join(", ")}`).default(""),
  offset: wholeNumber(0, 1_000_000_000).optional(),
  limit: wholeNumber(1, MOST_LIMIT).optional(),
});

export interface DeviceParts extends SummaryParts {
  registry: DeviceRegistry;
  directory: DeviceDirectory;
  clock: Clock;
  /** Whether polls are scheduled. */
  isRunning: boolean;
}

export function addDeviceRoutes(app: Hono, parts: DeviceParts): void {
  const { directory, clock } = parts;

  app.get("/api/collector", async (context) => context.json((await directory.current()).collector));

  app.get("/api/devices", async (context) => {
    const { search, health, offset = 0, limit = DEFAULT_LIMIT } = parseQuery(context, Query);
    const { devices, reports, counts } = await directory.current();
    const isFound = searchIn(devices, search);
    const found = reports.filter((report) => (health === "" || report.health === health) && isFound(report));
    const page = found.slice(offset, offset + limit);
    return context.json({ total: found.length, counts, devices: page } satisfies DevicePage);
  });

  app.get("/api/devices/:id", async (context) => {
    const registered = await findDevice(parts.registry, context.req.param("id"));
    const { device } = registered;
    const latest = device === undefined ? [] : await latestValues(device, parts.latest);
    return context.json({
      report: reportOn(registered, clock.now(), parts.isRunning),
      labels: device?.labels ?? {},
      latest,
    } satisfies DeviceDetail);
  });

  app.get("/api/devices/:id/summary", async (context) => {
    const { zone: timeZone } = parseQuery(context, z.object({ zone }));
    const { device } = await findDevice(parts.registry, context.req.param("id"));
    if (device === undefined)
      throw new RequestProblem(409, { code: "device_invalid", device_id: context.req.param("id") });
    return context.json(await summarize(device, parts, timeZone, clock.now()));
  });
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
