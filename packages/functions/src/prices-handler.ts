import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Clock } from "@energylive/core/clock";
import { createDeviceStore } from "@energylive/core/device/store";
import type { Fetch } from "@energylive/core/energylive/attempt";
import type { Log } from "@energylive/core/log";
import { fetchPrices, type PriceResult } from "@energylive/core/price/run";
import { createPriceSource } from "@energylive/core/price/source";
import { createPriceStore } from "@energylive/core/price/store";
import { createProfileStore } from "@energylive/core/profile/store";
import type { PricesEnvironment } from "@energylive/core/settings/environment";
import pLimit from "p-limit";

/** A quarter of a year of prices takes the public sources a few seconds. */
const SOURCE_TIMEOUT_MS = 30_000;

/** How many devices are asked for their first load profile. */
const DEVICES_ASKED = 100;
const CONCURRENT_READS = 10;

const WHOLE = { index: 0, total: 1 };

export interface PricesParts {
  environment: PricesEnvironment;
  dynamodb: DynamoDBClient;
  fetch: Fetch;
  clock: Clock;
  log: Log;
}

/** A handler that reads the market prices that are missing; `signal` ends a request that is under way. */
export function createPricesHandler(parts: PricesParts): (signal?: AbortSignal) => Promise<PriceResult> {
  const { environment, dynamodb, fetch, clock, log } = parts;
  const { ENERGYLIVE_PRICE_SOURCE: source, ENERGYLIVE_PRICE_URL: baseUrl } = environment;
  const store = createPriceStore({ dynamodb, table: environment.PRICES_TABLE });
  const devices = createDeviceStore({ dynamodb, table: environment.DEVICES_TABLE });
  const profiles = createProfileStore({ dynamodb, table: environment.PROFILES_TABLE });

  /** Of the first hundred devices: that of a million would cost more than it is worth. */
  async function firstDay(): Promise<string | undefined> {
    const ids: string[] = [];
    for await (const { device, invalid } of devices.scan(WHOLE)) {
      ids.push(device?.device_id ?? invalid?.device_id ?? "");
      if (ids.length === DEVICES_ASKED) break;
    }
    const days = await pLimit(CONCURRENT_READS).map(ids, (id) => profiles.firstDay(id));
    return days.filter((day) => day !== undefined).sort()[0];
  }

  return async (signal) => {
    if (source === "none") return { asked: 0, written: 0, incomplete: 0 };
    const startedAt = clock.now();
    const result = await fetchPrices({
      source: createPriceSource(source, { fetch, timeoutMs: SOURCE_TIMEOUT_MS, signal, baseUrl }),
      store,
      firstDay,
      clock,
      log,
    });
    log.info({ event: "prices_finished", source, ...result, durationMs: clock.now() - startedAt });
    return result;
  };
}
