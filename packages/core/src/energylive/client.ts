import * as z from "zod";

import { fullJitterMs } from "../backoff.ts";
import type { Clock } from "../clock.ts";
import type { ApiKey } from "../keys/api-key.ts";
import type { Log } from "../log.ts";
import { serviceUrl } from "../settings/service-url.ts";
import { attempt, type Fetch } from "./attempt.ts";
import { EnergyLiveApiError, OutOfTimeError } from "./errors.ts";

import { type LatestResponse, parseLatest } from "./latest.ts";
import { liveMeasurements } from "./live.ts";

const ATTEMPTS = 3;
const RETRY_BASE_MS = 500;
const RETRY_CAP_MS = 5_000;

/** A longer `Retry-After` ends the poll; the device then rests for that time. */
const MAX_RETRY_AFTER_MS = 20_000;

/** Time limits of a request, in epoch milliseconds; unlimited if absent. */
export interface RequestOptions {
  /** The request must start before this time, or it fails with `OutOfTimeError`. */
  startBy?: number;
  /** Waiting and reading end at this time. */
  deadlineAt?: number;
  /** Awaited before the request starts, in its turn: delays the request while there is no memory for its response. */
  room?: () => Promise<void>;
}

export interface EnergyLiveClient {
  /** The ids of the account's devices. */
  devices(key: ApiKey, options?: RequestOptions): Promise<string[]>;
  /** The last value of each type that the device sent. */
  latest(key: ApiKey, deviceId: string, options?: RequestOptions): Promise<LatestResponse>;
  /** What the device sends, as it comes, until the API ends the stream or `signal` does. Nothing is tried again. */
  live(key: ApiKey, deviceId: string, options: LiveOptions): AsyncGenerator<LatestResponse>;
}

export interface LiveOptions {
  signal: AbortSignal;
  /** The API has answered. */
  onOpen?: (() => void) | undefined;
}

export interface EnergyLiveClientOptions {
  /** Base URL with the version, e.g. `https://backend.energylive.e-steiermark.com/api/v1`. */
  baseUrl: string;
  fetch: Fetch;
  clock: Clock;
  random: () => number;
  timeoutMs: number;
  /** Told of every request, at `debug`. */
  log?: Log | undefined;
  /**
   * Runs each request, and limits how many run at once. It wraps one attempt, not the waits between attempts, so a waiting
   * device takes no other device's place.
   */
  limit?: <T>(request: () => Promise<T>) => Promise<T>;
}

/**
 * A client of the energyLIVE API. 429, 5xx and network errors are retried with full jitter, honouring `Retry-After`; 400,
 * 401, 403 and 404 are not. Every method throws `EnergyLiveApiError`.
 *
 * @throws {ConfigurationError} for a base URL that would send keys in the clear
 */
export function createEnergyLiveClient(options: EnergyLiveClientOptions): EnergyLiveClient {
  const { fetch, clock, timeoutMs, log } = options;
  const limit = options.limit ?? ((request) => request());
  const base = serviceUrl(options.baseUrl, "ENERGYLIVE_API_URL");

  async function get(key: ApiKey, path: string, request: RequestOptions): Promise<string> {
    const { startBy = Number.POSITIVE_INFINITY, deadlineAt = Number.POSITIVE_INFINITY } = request;
    const url = new URL(path, base);
    let failure: EnergyLiveApiError | undefined;
    for (let attempts = 1; ; attempts += 1) {
      try {
        return await limit(async () => {
          await request.room?.();
          const now = clock.now();
          if (failure === undefined && now >= startBy) throw new OutOfTimeError();
          if (failure !== undefined && now >= deadlineAt) throw failure;
          const remainingMs = Math.max(1, deadlineAt - now);
          return attempt({
            url,
            key,
            fetch,
            timeoutMs: Math.min(timeoutMs, remainingMs),
            now: clock.now,
            log,
          });
        });
      } catch (error) {
        if (!(error instanceof EnergyLiveApiError) || !error.retryable || attempts === ATTEMPTS) throw error;
        const waitMs = Math.max(
          fullJitterMs(attempts, RETRY_BASE_MS, RETRY_CAP_MS, options.random),
          error.retryAfterMs ?? 0,
        );
        if (waitMs > MAX_RETRY_AFTER_MS || clock.now() + waitMs >= deadlineAt) throw error;
        failure = error;
        await clock.sleep(waitMs);
      }
    }
  }

  return {
    async devices(key, request = {}) {
      return parseDevices(await get(key, "devices", request));
    },

    async latest(key, deviceId, request = {}) {
      const path = `devices/${encodeURIComponent(deviceId)}/measurements/latest`;
      return parseLatest(await get(key, path, request));
    },

    live(key, deviceId, request) {
      const url = new URL(`devices/${encodeURIComponent(deviceId)}/measurements/live`, base);
      return liveMeasurements({ url, key, fetch, timeoutMs, now: clock.now, ...request });
    },
  };
}

function parseDevices(body: string): string[] {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (cause) {
    throw new EnergyLiveApiError("invalid_response", "the list of devices is not JSON", { cause });
  }
  const devices = z.array(z.string()).safeParse(json);
  if (!devices.success)
    throw new EnergyLiveApiError("invalid_response", "the list of devices is not an array of ids");
  return devices.data;
}
