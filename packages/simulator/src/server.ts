import { createServer, type IncomingMessage, type Server } from "node:http";

import { answer, type World } from "./endpoints.ts";
import { type Fault, faultPlan } from "./faults.ts";
import { createFleet, type DeviceKind, type Fleet, type SimulatedDevice } from "./fleet.ts";
import { createKeyring, type Keyring } from "./keyring.ts";
import type { Measurement } from "./measurement.ts";
import { answerPrices } from "./prices.ts";
import { METERS_SINCE } from "./registers.ts";
import { createRequestLog, type RequestEntry, type RequestLog } from "./request-log.ts";
import { BASE_PATH, routeOf } from "./routes.ts";

export const DEFAULT_API_KEY = "simulated-key";
const DEFAULT_SEED = 1;

/** The simulated API listens on loopback only. */
const LOOPBACK = "127.0.0.1";

export interface SimulatedApiOptions {
  /** Households, each with an interface at its meter. */
  deviceCount: number;
  /** Gateways, after the interfaces in the list of devices. Default 0. */
  gatewayCount?: number;
  /** Interfaces that are not paired yet, last in the list; they answer with an empty array. Default 0. */
  unpairedCount?: number;
  /** Default 0, which takes a free one. */
  port?: number;
  /** A whole number that determines everything random. Default 1. */
  seed?: number;
  /** A key that sees all devices. Default `simulated-key`. */
  apiKey?: string;
  /** The simulated clock: epoch milliseconds, not before 2020. Default the wall clock. */
  now?: () => number;
  /** Whether to keep every measurement that was served, for `served`. Grows without limit. Default false. */
  record?: boolean;
}

/** A running simulated energyLIVE API. */
export interface SimulatedApi extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/api/v1` */
  readonly baseUrl: string;
  /** Base URL of the price APIs that it answers as well: energy-charts, aWATTar and smartENERGY. They need no key. */
  readonly priceUrl: string;
  /** All devices, in the order in which they were added. */
  readonly deviceIds: readonly string[];
  /**
   * What a device measures, at any time since 2020.
   *
   * @throws {Error} for a device that is not there
   */
  device(deviceId: string): SimulatedDevice;
  /**
   * Adds a device (default: an interface), visible to every `"all"` key.
   * @returns its id
   */
  addDevice(kind?: DeviceKind): string;
  /** Adds a key, or changes which devices it sees. `"all"` includes devices that are added later. */
  setKey(key: string, deviceIds: readonly string[] | "all"): void;
  /** The key gets 403 from now on. */
  revokeKey(key: string): void;
  /**
   * The faults of the device's `latest` requests from now on. One fault: for all of them. A list: one for each request in
   * order (`undefined`: a healthy one in between), then healthy. `undefined`: healthy.
   */
  setFault(deviceId: string, fault: Fault | readonly (Fault | undefined)[] | undefined): void;
  /**
   * Pins the answer of `latest`, until `undefined`. A string is sent as the body as it is; faults that change elements do
   * not change it.
   */
  setResponse(deviceId: string, latest: readonly Measurement[] | string | undefined): void;
  /** The requests, oldest first; at least the newest 100,000. */
  requests(deviceId?: string): readonly Readonly<RequestEntry>[];
  /**
   * The measurements in the device's complete `latest` answers, in order, including repeated ones, those that a fault
   * altered and those that a client did not wait for. Answers pinned as a string and `live` are not included.
   *
   * @throws {Error} without the option `record`
   */
  served(deviceId: string): readonly Measurement[];
  /** Closes open connections at once. */
  close(): Promise<void>;
}

/**
 * Starts a simulated energyLIVE API on loopback: the real one's endpoints, believable households behind them, and
 * faults on request. The same seed gives the same devices and, at the same instant, the same measurements.
 *
 * @example
 * await using api = await startSimulatedApi({ deviceCount: 5 });
 * for (const id of api.deviceIds) api.setFault(id, [{ kind: "status", status: 503 }]);
 * await fetch(`${api.baseUrl}/devices`, { headers: { "X-API-KEY": DEFAULT_API_KEY } });
 *
 * @throws {RangeError} for a clock before 2020
 */
export async function startSimulatedApi(options: SimulatedApiOptions): Promise<SimulatedApi> {
  const now = simulatedClock(options.now ?? Date.now);
  const fleet = createFleet(options.seed ?? DEFAULT_SEED);
  const served = options.record === true ? new Map<string, Measurement[]>() : undefined;
  const world: World = { now, fleet, faults: new Map(), pinned: new Map(), onServed: record };
  const keyring = createKeyring();
  const log = createRequestLog();

  populate(fleet, options);
  keyring.set(options.apiKey ?? DEFAULT_API_KEY, "all");
  const server = createApiServer(world, keyring, log);
  const port = await listen(server, options.port ?? 0);

  function record(deviceId: string, measurements: readonly Measurement[]): void {
    if (served === undefined) return;
    const before = served.get(deviceId);
    if (before === undefined) served.set(deviceId, [...measurements]);
    else before.push(...measurements);
  }

  function device(deviceId: string): SimulatedDevice {
    const found = fleet.get(deviceId);
    if (found !== undefined) return found;
    throw new Error(`the simulated API has no device "${deviceId}": use one of its deviceIds`);
  }

  const known = (deviceId: string) => device(deviceId).id;

  const api: SimulatedApi = {
    baseUrl: `http://${LOOPBACK}:${port}${BASE_PATH}`,
    priceUrl: `http://${LOOPBACK}:${port}`,
    get deviceIds() {
      return fleet.ids();
    },
    device,
    addDevice: (kind = "interface") => fleet.add(kind).id,
    setKey: (key, deviceIds) => keyring.set(key, deviceIds === "all" ? "all" : deviceIds.map(known)),
    revokeKey: (key) => keyring.revoke(key),
    setFault(deviceId, fault) {
      if (fault === undefined) world.faults.delete(known(deviceId));
      else world.faults.set(known(deviceId), faultPlan(fault));
    },
    setResponse(deviceId, latest) {
      if (latest === undefined) world.pinned.delete(known(deviceId));
      else world.pinned.set(known(deviceId), latest);
    },
    requests: (deviceId) => log.list(deviceId),
    served(deviceId) {
      if (served === undefined)
        throw new Error("start the simulated API with record: true to read what it served");
      return [...(served.get(known(deviceId)) ?? [])];
    },
    close: () => close(server),
    [Symbol.asyncDispose]: () => close(server),
  };
  return api;
}

function simulatedClock(now: () => number): () => number {
  if (now() >= METERS_SINCE) return now;
  throw new RangeError("the simulated clock is before 2020, when the simulated meters start to count");
}

function populate(fleet: Fleet, options: SimulatedApiOptions): void {
  const { deviceCount, gatewayCount = 0, unpairedCount = 0 } = options;
  for (let number = 0; number < deviceCount; number += 1) fleet.add("interface");
  for (let number = 0; number < gatewayCount; number += 1) fleet.add("gateway");
  for (let number = 0; number < unpairedCount; number += 1) fleet.add("unpaired");
}

function createApiServer(world: World, keyring: Keyring, log: RequestLog): Server {
  return createServer((request, response) => {
    if (answerPrices(new URL(request.url ?? "/", `http://${LOOPBACK}`), world.now(), response)) return;
    const path = pathOf(request);
    const route = routeOf(path);
    const key = request.headers["x-api-key"];
    const scope = keyring.scopeOf(typeof key === "string" ? key : undefined);
    const entry: RequestEntry = {
      at: world.now(),
      method: request.method ?? "",
      path,
      deviceId: route?.deviceId,
      keyAccepted: scope !== undefined,
      status: undefined,
    };
    log.add(entry);
    answer(world, { response, entry }, scope, route);
  });
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?", 1)[0] ?? "/";
}

/** @returns the port */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      if (address === null || typeof address === "string") return reject(new Error(`no port on ${LOOPBACK}`));
      resolve(address.port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // Called back with an error if it is already closed, which is fine.
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
