import type { Measurement } from "./measurement.ts";
import { DEFAULT_API_KEY, type SimulatedApi } from "./server.ts";

/** A plain client for the tests: `fetch` with a key. */
export function get(api: SimulatedApi, path: string, init: RequestInit & { key?: string } = {}) {
  const { key = DEFAULT_API_KEY, ...rest } = init;
  return fetch(`${api.baseUrl}${path}`, { headers: { "X-API-KEY": key }, ...rest });
}

export function getLatest(api: SimulatedApi, deviceId: string, init?: RequestInit): Promise<Response> {
  return get(api, `/devices/${deviceId}/measurements/latest`, init);
}

export async function latestOf(api: SimulatedApi, deviceId: string): Promise<Measurement[]> {
  return JSON.parse(await (await getLatest(api, deviceId)).text());
}

/** The first device, for the tests that need only one. */
export function firstId(api: SimulatedApi): string {
  const [id] = api.deviceIds;
  if (id === undefined) throw new Error("the simulated API has no devices");
  return id;
}
