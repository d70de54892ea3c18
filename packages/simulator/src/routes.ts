/** A resource of the energyLIVE API. */
export type Route = { resource: "devices"; deviceId?: never } | DeviceRoute;

export interface DeviceRoute {
  resource: "device" | "measurements" | "latest" | "live";
  deviceId: string;
}

export const BASE_PATH = "/api/v1";

const DEVICE_PATH = /^\/devices\/([^/]+)(?:\/(measurements)(?:\/(latest|live))?)?$/;

/** @returns `undefined` for a path that the API does not have */
export function routeOf(path: string): Route | undefined {
  if (!path.startsWith(BASE_PATH)) return undefined;
  const resource = path.slice(BASE_PATH.length);
  if (resource === "/devices") return { resource: "devices" };
  const match = DEVICE_PATH.exec(resource);
  const deviceId = match?.[1];
  if (match === null || deviceId === undefined) return undefined;
  const last = match[3] ?? match[2];
  return last === "latest" || last === "live" || last === "measurements"
    ? { resource: last, deviceId }
    : { resource: "device", deviceId };
}
