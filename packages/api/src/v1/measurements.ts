import type { Clock } from "@energylive/core/clock";
import type { DeviceRegistry } from "@energylive/core/device/registry";
import type { MeasurementHistory } from "@energylive/core/measurement/history";
import type { LatestMeasurements } from "@energylive/core/measurement/latest";
import { unitOf } from "@energylive/core/measurement/obis";
import type { OpenAPIHono } from "@hono/zod-openapi";

import { latestValues } from "../devices/latest-values.ts";
import { findDevice } from "../devices/routes.ts";
import { badRequest } from "../problem.ts";
import { ROUTES } from "./schemas.ts";
import { iso } from "./time.ts";

const DAY_MS = 86_400_000;

/** Read at once while a page is filled: one of a single type is among a dozen. */
const PAGE_SIZE = 1_000;

export interface MeasurementParts {
  registry: DeviceRegistry;
  history: MeasurementHistory;
  latest: LatestMeasurements;
  clock: Clock;
}

/** What a device has sent. */
export function addMeasurements(app: OpenAPIHono, parts: MeasurementParts): void {
  const { registry, history, latest, clock } = parts;

  app.openapi(ROUTES.latest, async (context) => {
    const { device: device_id } = context.req.valid("param");
    const { device } = await findDevice(registry, device_id);
    const values = device === undefined ? [] : await latestValues(device, latest);
    const measurements = values.map(({ measurement_type, timestamp, value }) => ({
      measurement_type,
      timestamp: iso(timestamp),
      value: Number(value),
      value_text: value,
      unit: unitOf(measurement_type) ?? null,
    }));
    return context.json({ device_id, measurements }, 200);
  });

  app.openapi(ROUTES.measurements, async (context) => {
    const { device: device_id } = context.req.valid("param");
    const { limit, cursor, type, ...range } = context.req.valid("query");
    const now = clock.now();
    const since = range.since === undefined ? now - DAY_MS : Date.parse(range.since);
    const until = range.until === undefined ? now : Date.parse(range.until);
    if (since >= until) throw badRequest("since is not before until");
    const after = cursor === undefined ? undefined : cursorKey(cursor);
    const from = after === undefined ? since : Math.max(since, Number(after.split("#")[0]));
    const found = [];
    let next: string | null = null;
    // What was removed from the devices is still stored.
    for await (const measurement of history.ofDevice(
      device_id,
      { since: from, until, pageSize: PAGE_SIZE },
      type,
    )) {
      if (after !== undefined && measurement.measurement_key <= after) continue;
      if (found.length === limit) {
        next = cursorOf(found.at(-1)?.measurement_key ?? "");
        break;
      }
      found.push(measurement);
    }
    const measurements = found.map(({ measurement_type, timestamp, value, unit, collection_time }) => ({
      measurement_type,
      timestamp: iso(timestamp),
      value: Number(value),
      value_text: value,
      unit: unit ?? null,
      collection_time,
    }));
    return context.json({ device_id, measurements, next }, 200);
  });
}

function cursorOf(key: string): string {
  return Buffer.from(key).toString("base64url");
}

/** @throws {RequestProblem} */
function cursorKey(cursor: string): string {
  const key = Buffer.from(cursor, "base64url").toString();
  if (/^\d{13}#./.test(key)) return key;
  throw badRequest("cursor is not the next of an answer");
}
