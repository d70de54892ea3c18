import { systemClock } from "@energylive/core/clock";
import { DEFAULT_KEY_NAME } from "@energylive/core/device/device";
import { createEnergyLiveClient } from "@energylive/core/energylive/client";
import { ApiKey } from "@energylive/core/keys/api-key";
import type { SimulatedDevice } from "@energylive/simulator/fleet";
import { startSimulatedApi } from "@energylive/simulator/server";

const DISCOVERY_TIMEOUT_MS = 10_000;

/** Default number of simulated households. */
export const DEFAULT_DEMO_DEVICES = 5;

/** More households would keep the machine busy for minutes. */
const MOST_WITH_PAST = 20;

/** One of tariffs/examples.json. */
export const DEMO_TARIFF = "Spot";

/** Any text works, because the simulated API is told to accept it. */
export const SIMULATED_KEY = "simulated-energylive-api-key";

export type SourceOptions =
  | { kind: "simulated"; devices: number }
  | { kind: "account"; url: string; key: AccountKey };

/** An account's key: of the environment, or kept by `energylive keys set default`, which may replace it at any time. */
export interface AccountKey {
  value: string;
  isKept: boolean;
}

/** Whose data is collected: the simulated API's households, or an account's own devices. */
export interface Source {
  kind: SourceOptions["kind"];
  /** For a person. */
  label: string;
  api: { url: string; key: string | undefined };
  /** Of simulated market prices; an account's are the real ones. */
  priceUrl: string | undefined;
  /** Households that can tell what their meters showed at any time; none of an account. */
  simulated: readonly SimulatedDevice[];
  /** The devices that should be in the devices table. */
  devices(): Promise<{ device_id: string; name?: string; tariff?: string }[]>;
  /** Makes the simulated API serve as many devices as an earlier start with more of them added. */
  serveAtLeast(devices: number): void;
  close(): Promise<void>;
}

export async function openSource(options: SourceOptions): Promise<Source> {
  return options.kind === "simulated"
    ? openSimulated(options.devices)
    : openAccount(options.url, options.key);
}

async function openSimulated(deviceCount: number): Promise<Source> {
  const api = await startSimulatedApi({ deviceCount, apiKey: SIMULATED_KEY });
  return {
    kind: "simulated",
    label: `simulated energyLIVE API (${api.baseUrl})`,
    api: { url: api.baseUrl, key: SIMULATED_KEY },
    priceUrl: api.priceUrl,
    simulated: api.deviceIds.slice(0, MOST_WITH_PAST).map((id) => api.device(id)),
    devices: async () =>
      api.deviceIds.map((device_id, index) => ({
        device_id,
        name: `Household ${index + 1}`,
        tariff: DEMO_TARIFF,
      })),
    serveAtLeast(devices) {
      while (api.deviceIds.length < devices) api.addDevice();
    },
    close: () => api.close(),
  };
}

function openAccount(url: string, { value, isKept }: AccountKey): Source {
  const client = createEnergyLiveClient({
    baseUrl: url,
    fetch,
    clock: systemClock,
    random: Math.random,
    timeoutMs: DISCOVERY_TIMEOUT_MS,
  });
  const apiKey = new ApiKey(DEFAULT_KEY_NAME, value);
  return {
    kind: "account",
    label: `energyLIVE API (${new URL(url).host})`,
    api: { url, key: isKept ? undefined : value },
    priceUrl: undefined,
    simulated: [],
    devices: async () => (await client.devices(apiKey)).map((device_id) => ({ device_id })),
    serveAtLeast() {},
    close: async () => {},
  };
}
