import type { ApiKey } from "../keys/api-key.ts";
import type { Log } from "../log.ts";
import { failureReason, ResponseTooLargeError, readText } from "../response.ts";
import { EnergyLiveApiError, statusError } from "./errors.ts";

/**
 * The largest response that is read. An interface answers with about 1 KB; a hostile or broken server must not fill the
 * memory.
 */
export const MAX_RESPONSE_BYTES = 1024 * 1024;

/** Node's `fetch`, or a test's wrapper around it. */
export type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

export interface Attempt {
  url: URL;
  key: ApiKey;
  fetch: Fetch;
  timeoutMs: number;
  /** Epoch milliseconds, for a `Retry-After` that is a date. */
  now: () => number;
  /** Told of every request, at `debug`. */
  log?: Log | undefined;
}

/**
 * One request, its body included, within `timeoutMs`. Returns the body's text.
 *
 * @throws {EnergyLiveApiError}
 */
export async function attempt({ url, key, fetch, timeoutMs, now, log }: Attempt): Promise<string> {
  const startedAt = now();
  const done = (outcome: { status?: number; error?: unknown }) =>
    log?.debug({ event: "api_request", path: url.pathname, ...outcome, durationMs: now() - startedAt });
  try {
    const response = await fetch(url, {
      // A kilobyte is not worth compressing.
      headers: { "X-API-KEY": key.reveal(), accept: "application/json", "accept-encoding": "identity" },
      // A redirect would send the key wherever it points.
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { status, headers, body } = response;
    done({ status });
    if (status !== 200) {
      await body?.cancel();
      throw statusError(url.pathname, status, key.name, retryAfterMs(headers.get("retry-after"), now()));
    }
    // A server may echo the request; the key must not reach an error, a message or a table.
    return key.redact(await readText(body, MAX_RESPONSE_BYTES));
  } catch (error) {
    if (error instanceof EnergyLiveApiError) throw error;
    if (error instanceof ResponseTooLargeError) {
      const said = `the response to ${url.pathname} is larger than ${MAX_RESPONSE_BYTES} bytes`;
      throw new EnergyLiveApiError("response_too_large", said);
    }
    done({ error });
    throw connectionError(url, timeoutMs, error);
  }
}

/** `Retry-After` is a number of seconds or an HTTP date (RFC 9110, section 10.2.3). */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  const time = header?.trim() ?? "";
  if (time === "") return undefined;
  if (/^\d+$/.test(time)) return Number(time) * 1000;
  const date = Date.parse(time);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

export function connectionError(url: URL, timeoutMs: number, cause: unknown): EnergyLiveApiError {
  if (cause instanceof DOMException && cause.name === "TimeoutError") {
    const said = `energyLIVE did not answer ${url.pathname} within ${timeoutMs} ms`;
    return new EnergyLiveApiError("timeout", said, { retryable: true });
  }
  const said = `the connection to ${url.host} failed: ${failureReason(cause)}`;
  return new EnergyLiveApiError("network_error", said, { retryable: true, cause });
}
