import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { ParsedToken } from "@energylive/core/access/token";
import { createAlertStore } from "@energylive/core/alert/store";
import type { Clock } from "@energylive/core/clock";
import { createDeviceRegistry } from "@energylive/core/device/registry";
import type { Log } from "@energylive/core/log";
import { createMeasurementHistory } from "@energylive/core/measurement/history";
import { createLatestMeasurements } from "@energylive/core/measurement/latest";
import { createPointReader } from "@energylive/core/measurement/points";
import { createPriceStore } from "@energylive/core/price/store";
import { createProfileStore } from "@energylive/core/profile/store";
import type { Queues } from "@energylive/core/queue/queues";
import type { ResourceNames } from "@energylive/core/settings/names";
import { createTariffStore } from "@energylive/core/tariff/store";
import { Hono, type MiddlewareHandler } from "hono";
import type { Account } from "./account/account.ts";
import { addAccountDeviceRoutes } from "./account/devices.ts";
import { addKeyRoutes } from "./account/keys.ts";
import { addAlertRoutes } from "./alerts/routes.ts";
import type { Session } from "./contract.ts";
import { createCosts } from "./costs/reader.ts";
import { addCostRoutes } from "./costs/routes.ts";
import { addCsvRoutes } from "./csv/routes.ts";
import { createDeviceDirectory } from "./devices/directory.ts";
import { createTodayReader } from "./devices/figures.ts";
import { addDeviceRoutes } from "./devices/routes.ts";
import { createEnergyReader } from "./energy/reader.ts";
import { addEnergyRoutes } from "./energy/routes.ts";
import { Follower } from "./live/follower.ts";
import { addEventRoutes } from "./live/routes.ts";
import { Watcher } from "./live/watcher.ts";
import { addMetricRoutes } from "./metrics/routes.ts";
import { addPipelineRoutes } from "./pipeline/routes.ts";
import type { PipelineSource } from "./pipeline/source.ts";
import { addPriceRoutes } from "./prices/routes.ts";
import { answerError } from "./problem.ts";
import { createLetters } from "./queue/letters.ts";
import { addQueueRoutes } from "./queue/routes.ts";
import { addReportRoutes } from "./report/routes.ts";
import { addSeriesRoutes } from "./series/routes.ts";
import { createSeriesStore } from "./series/store.ts";
import { addStaticFiles } from "./static-files.ts";
import { createV1 } from "./v1/app.ts";

/** What the dashboard shows, and what it needs for that. */
export interface DashboardParts {
  stage: string;
  kind: "embedded" | "deployed";
  /** Whether polls are scheduled. */
  isRunning: boolean;
  /** Whether the devices are simulated households. */
  isSimulated: boolean;
  /** Where an embedded stack keeps its data, as the person would type it. */
  folder?: string | undefined;
  names: ResourceNames;
  dynamodb: DynamoDBClient;
  /** Opened on first use. */
  queues(): Promise<Queues>;
  pipeline: PipelineSource;
  account: Account;
  /** What lets programs in. */
  tokens(): Promise<readonly ParsedToken[]>;
  /** How long measurements are kept of a device that does not say it. */
  retentionDays(): Promise<number>;
  clock: Clock;
  log: Log;
  /** The folder of the page's files; called at the first request for one. */
  assets: () => Promise<string>;
}

/** Assembles the dashboard; `close` stops everything in it. `access` refuses requests that may not come in. */
export function createApp(parts: DashboardParts, access: MiddlewareHandler): { app: Hono; close(): void } {
  const { account, dynamodb, names, clock, log, isRunning } = parts;
  const registry = createDeviceRegistry({ dynamodb, table: names.devicesTable });
  const directory = createDeviceDirectory({ registry, clock, isRunning });
  const table = { dynamodb, table: names.measurementsTable };
  const latest = createLatestMeasurements(table);
  const points = createPointReader(table);
  const series = createSeriesStore({ points, clock });
  const profiles = createProfileStore({ dynamodb, table: names.profilesTable });
  const energy = createEnergyReader({ points, profiles, clock });
  const prices = createPriceStore({ dynamodb, table: names.pricesTable });
  const tariffs = createTariffStore({ dynamodb, table: names.tariffsTable });
  const alerts = createAlertStore({ dynamodb, table: names.alertsTable });
  const costs = createCosts({ energy, profiles, prices, tariffs, clock });
  const today = createTodayReader({ profiles, clock });
  const letters = createLetters({ queues: parts.queues, clock, log });

  const watcher = new Watcher({
    kind: parts.kind,
    directory,
    latest,
    pipeline: parts.pipeline,
    clock,
    log,
  });
  const closing = new AbortController();
  const follower = new Follower({
    hub: watcher.hub,
    registry,
    account,
    queues: parts.queues,
    retentionDays: parts.retentionDays,
    clock,
    log,
  });

  const app = new Hono();
  app.onError(answerError(log));
  app.use(access);
  app.get("/api/session", (context) => {
    const { stage, kind, folder = null, isSimulated } = parts;
    return context.json({
      stage,
      kind,
      folder,
      is_simulated: isSimulated,
      now: clock.now(),
    } satisfies Session);
  });
  addDeviceRoutes(app, { registry, directory, latest, energy, today, costs, clock, isRunning });
  addSeriesRoutes(app, { series, energy, registry, clock });
  addEnergyRoutes(app, { energy, registry, clock });
  addCostRoutes(app, { costs, tariffs, registry, clock });
  addAlertRoutes(app, { alerts, directory, clock });
  addReportRoutes(app, { energy, costs, alerts, registry, clock, isSimulated: parts.isSimulated });
  addPriceRoutes(app, { prices, clock });
  addCsvRoutes(app, { history: createMeasurementHistory(table) });
  addPipelineRoutes(app, { queues: parts.queues, pipeline: parts.pipeline, directory, clock });
  addQueueRoutes(app, { letters });
  addKeyRoutes(app, { account, directory, isSimulated: parts.isSimulated });
  addAccountDeviceRoutes(app, { account, registry, directory, tariffs, isRunning, log });
  app.route(
    "/api/v1",
    createV1({
      registry,
      directory,
      history: createMeasurementHistory(table),
      latest,
      energy,
      prices,
      alerts,
      poll: account.poll,
      isRunning,
      clock,
      log,
    }),
  );
  addMetricRoutes(app, { directory, queues: parts.queues, clock });
  addEventRoutes(app, { hub: watcher.hub, follower, closing: closing.signal });
  addStaticFiles(app, parts.assets);
  return {
    app,
    close() {
      closing.abort();
      follower.close();
      watcher.close();
    },
  };
}
