import type { AlertStore } from "@energylive/core/alert/store";
import type { Clock } from "@energylive/core/clock";
import { reportOn } from "@energylive/core/device/health";
import type { DeviceRegistry, RegisteredDevice } from "@energylive/core/device/registry";
import { startOfDay } from "@energylive/core/energy/calendar";
import { failureOf } from "@energylive/core/failure";
import type { FetcherResult } from "@energylive/core/fetcher/run";
import type { Log } from "@energylive/core/log";
import type { MeasurementHistory } from "@energylive/core/measurement/history";
import type { LatestMeasurements } from "@energylive/core/measurement/latest";
import { unitOf } from "@energylive/core/measurement/obis";
import { pricedQuarterHours } from "@energylive/core/price/cheapest";
import { MARKET_ZONE, marketDay } from "@energylive/core/price/prices";
import { attributionOf } from "@energylive/core/price/source";
import type { PriceStore } from "@energylive/core/price/store";
import { describeProblems } from "@energylive/core/problems";
import { EnergySums } from "@energylive/core/profile/sums";
import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { etag } from "hono/etag";

import type { DeviceDirectory } from "../devices/directory.ts";
import { latestValues } from "../devices/latest-values.ts";
import { boundedPeriods, LONGEST_RANGE_MS } from "../energy/query.ts";
import type { EnergyReader } from "../energy/reader.ts";
import { RequestProblem } from "../problem.ts";
import { descriptionPage } from "./page.ts";
import { ROUTES } from "./schemas.ts";

const DAY_MS = 86_400_000;
const DEFAULT_ENERGY_DAYS = 31;

/** An edit has a name. */
const MOST_BODY_BYTES = 4_096;

export interface V1Parts {
  registry: DeviceRegistry;
  directory: DeviceDirectory;
  history: MeasurementHistory;
  latest: LatestMeasurements;
  energy: EnergyReader;
  prices: PriceStore;
  alerts: AlertStore;
  poll(deviceIds: readonly string[]): Promise<FetcherResult>;
  /** Whether polls are scheduled. */
  isRunning: boolean;
  clock: Clock;
  log: Log;
}

/** The API for programs, described by the schemas that it is checked with. */
export function createV1(parts: V1Parts): OpenAPIHono {
  const { registry, clock } = parts;
  const app = new OpenAPIHono({
    defaultHook(result, context) {
      if (result.success) return undefined;
      const said = describeProblems(result.error).join("; ");
      return context.json({ code: "bad_request", said }, 400);
    },
  });
  app.onError((error, context) => {
    const { status, code, said } = problemOf(error);
    if (status >= 500) parts.log.error({ event: "api_request_failed", path: context.req.path, error });
    return context.json({ code, said }, status);
  });
  app.use("*", etag());
  app.use(
    "*",
    bodyLimit({
      maxSize: MOST_BODY_BYTES,
      onError: (context) => context.json({ code: "bad_request", said: "the body is too long" }, 413),
    }),
  );
  app.openAPIRegistry.registerComponent("securitySchemes", "token", {
    type: "http",
    scheme: "bearer",
    description: "of `energylive tokens add NAME`",
  });

  /** @throws {RequestProblem} */
  async function find(id: string): Promise<RegisteredDevice> {
    const found = await registry.find(id);
    if (found === undefined) throw new RequestProblem(404, { code: "device_unknown", device_id: id });
    return found;
  }
  const shown = (device: RegisteredDevice) => deviceJson(device, clock.now(), parts.isRunning);

  app.openapi(ROUTES.devices, async (context) => {
    const { limit, cursor = "" } = context.req.valid("query");
    const { devices } = await parts.directory.current();
    const following = devices
      .filter((device) => idOf(device) > cursor)
      .sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
    const page = following.slice(0, limit);
    const last = page.at(-1);
    const next = following.length > limit && last !== undefined ? idOf(last) : null;
    return context.json({ devices: page.map(shown), next }, 200);
  });

  app.openapi(ROUTES.device, async (context) =>
    context.json(shown(await find(context.req.valid("param").device)), 200),
  );

  app.openapi(ROUTES.latest, async (context) => {
    const { device: device_id } = context.req.valid("param");
    const { device } = await find(device_id);
    const values = device === undefined ? [] : await latestValues(device, parts.latest);
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
    for await (const measurement of parts.history.ofDevice(
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

  app.openapi(ROUTES.energy, async (context) => {
    const { device: device_id } = context.req.valid("param");
    const { by, zone, ...range } = context.req.valid("query");
    const now = clock.now();
    const to = range.until === undefined ? now : Date.parse(range.until);
    const from = range.since === undefined ? to - DEFAULT_ENERGY_DAYS * DAY_MS : Date.parse(range.since);
    boundedPeriods({ from, to, unit: by }, { from: "since", to: "until" });
    const { device = { device_id } } = await find(device_id);
    const sums = new EnergySums(by, zone, { from, to });
    for (const profile of await parts.energy.profiles(device, { from, to })) sums.add(profile);
    const periods = sums.result({ now, devices: 1 }).map((period) => ({
      ...period,
      from: iso(period.from),
      to: iso(period.to),
      peak: period.peak === null ? null : { watts: period.peak.watts, at: iso(period.peak.at) },
    }));
    return context.json({ device_id, periods }, 200);
  });

  app.openapi(ROUTES.prices, async (context) => {
    const { since, until } = context.req.valid("query");
    const from = since === undefined ? startOfDay(MARKET_ZONE, clock.now()) : Date.parse(since);
    const to = until === undefined ? clock.now() + 2 * DAY_MS : Date.parse(until);
    if (from >= to) throw badRequest("since is not before until");
    if (to - from > LONGEST_RANGE_MS) throw badRequest("since and until are more than three years apart");
    const days = await parts.prices.read(marketDay(from).day, marketDay(to).day);
    const prices = days
      .flatMap(pricedQuarterHours)
      .filter((quarter) => quarter.from >= from && quarter.from < to)
      .map((quarter) => ({ ...quarter, from: iso(quarter.from), to: iso(quarter.to) }));
    return context.json(
      { prices, sources: [...new Set(days.map(({ source }) => attributionOf(source)))] },
      200,
    );
  });

  app.openapi(ROUTES.alerts, async (context) => {
    const { device } = context.req.valid("query");
    const found = device === undefined ? await parts.alerts.allOpen() : await parts.alerts.history(device);
    const alerts = found.map(({ device_id, rule, began, closed_at, value, limit }) => ({
      device_id,
      rule: { ...rule },
      began: iso(began),
      ended: closed_at ?? null,
      value,
      limit,
    }));
    return context.json({ alerts }, 200);
  });

  app.openapi(ROUTES.edit, async (context) => {
    const { device } = context.req.valid("param");
    const { name, enabled } = context.req.valid("json");
    await find(device);
    await registry.edit(device, {
      set: { ...(typeof name === "string" ? { name } : {}), ...(enabled === undefined ? {} : { enabled }) },
      remove: name === null ? ["name"] : [],
    });
    await parts.directory.refresh();
    return context.json(shown(await find(device)), 200);
  });

  app.openapi(ROUTES.poll, async (context) => {
    const { device } = context.req.valid("param");
    await find(device);
    const { polled, published, failed } = await parts.poll([device]);
    return context.json({ polled, published, failed }, 200);
  });

  const document = () =>
    app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "energylive-collector",
        version: "1",
        description:
          "Devices, measurements, energy, prices and alerts of a stage. Times are ISO 8601 in UTC, energy is Wh, power W. What is not known is null.",
        license: { name: "MIT" },
      },
      servers: [{ url: "/api/v1" }],
    });
  app.get("/openapi.json", (context) =>
    context.body(JSON.stringify(document()), 200, { "content-type": "application/json" }),
  );
  app.get("/docs", (context) => context.html(descriptionPage(document())));
  app.all("*", (context) =>
    context.json({ code: "not_found", said: "there is no such path: /api/v1/docs lists them" }, 404),
  );
  return app;
}

/** Read at once while a page is filled: one of a single type is among a dozen. */
const PAGE_SIZE = 1_000;

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

function iso(at: number): string {
  return new Date(at).toISOString();
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

function badRequest(said: string): RequestProblem {
  return new RequestProblem(400, { code: "bad_request", said });
}

function problemOf(error: Error) {
  if (error instanceof RequestProblem) {
    const { status, refusal } = error;
    const said =
      refusal.code === "device_unknown"
        ? `there is no device ${refusal.device_id}`
        : "said" in refusal
          ? refusal.said
          : refusal.code;
    return { status, code: refusal.code, said };
  }
  // Of zod-openapi's validator: the body is not JSON, or not sent as such.
  if ("getResponse" in error && "status" in error)
    return { status: 400 as const, code: "bad_request", said: error.message };
  const failure = failureOf(error);
  return { status: 502 as const, code: failure.code, said: "said" in failure ? failure.said : failure.code };
}
