/** What each endpoint answers. */

import { type Exchange, reply, replyError } from "./exchange.ts";
import type { FaultPlan } from "./faults.ts";
import type { Fleet, SimulatedDevice } from "./fleet.ts";
import type { KeyScope } from "./keyring.ts";
import { answerLatest } from "./latest.ts";
import { streamLive } from "./live.ts";
import type { Measurement } from "./measurement.ts";
import type { DeviceRoute, Route } from "./routes.ts";

export interface World {
  now: () => number;
  fleet: Fleet;
  /** By device. */
  faults: Map<string, FaultPlan>;
  /** Pinned answers to `latest`, by device. */
  pinned: Map<string, readonly Measurement[] | string>;
  onServed: (deviceId: string, measurements: readonly Measurement[]) => void;
}

/** @param scope what the request's key sees; `undefined` if the key is not valid */
export function answer(
  world: World,
  exchange: Exchange,
  scope: KeyScope | undefined,
  route: Route | undefined,
): void {
  if (scope === undefined) replyError(exchange, 403, "X-API-KEY is missing, unknown or revoked");
  else if (route === undefined) replyError(exchange, 404, "no such path");
  else if (exchange.entry.method !== "GET") replyError(exchange, 405, "only GET", { allow: "GET" });
  else if (route.resource === "devices") replyJson(exchange, world.fleet.ids().filter(scope.sees));
  else answerDevice(world, exchange, scope, route);
}

function answerDevice(world: World, exchange: Exchange, scope: KeyScope, route: DeviceRoute): void {
  const { now, fleet, pinned, faults, onServed } = world;
  const { resource, deviceId } = route;
  const device = scope.sees(deviceId) ? fleet.get(deviceId) : undefined;
  if (device === undefined) replyError(exchange, 404, "this key has no such device");
  else if (resource === "device") replyJson(exchange, describeDevice(device));
  else if (resource === "measurements") replyJson(exchange, device.measurementTypes);
  else if (resource === "live") streamLive(exchange, () => device.latest(now()));
  else {
    answerLatest(exchange, {
      latest: (at = now()) => pinned.get(deviceId) ?? device.latest(at),
      planned: faults.get(deviceId)?.next(now()),
      onServed: (measurements) => onServed(deviceId, measurements),
    });
  }
}

function describeDevice({ id, kind }: SimulatedDevice): { type: "interface" | "gateway"; serial: string } {
  return { type: kind === "gateway" ? "gateway" : "interface", serial: id };
}

function replyJson(exchange: Exchange, body: unknown): void {
  reply(exchange, 200, JSON.stringify(body));
}
