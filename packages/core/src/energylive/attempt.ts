import type { ApiKey } from "../keys/api-key.ts";
import { EnergyLiveApiError, statusError } from "./errors.ts";
import { type HttpGet, HttpTimeoutError, ResponseTooLargeError } from "./http.ts";

/**
 * The most of a response that is read. A response of an interface has about 1 KB; a hostile or broken one must not fill
 * the memory.
 */
export const MAX_RESPONSE_BYTES = 1024 * 1024;

export interface Attempt {
  url: URL;
  key: ApiKey;
  httpGet: HttpGet;
  timeoutMs: number;
  /** Epoch milliseconds, for a `Retry-After` that is a date. */
  now: () => number;
}

/**
 * One request, its body included, within `timeoutMs`. Answers the body's text.
 *
 * @throws {EnergyLiveApiError}
 */
export async function attempt({ url, key, httpGet, timeoutMs, now }: Attempt): Promise<string> {
  const headers = {
    "X-API-KEY": key.reveal(),
    accept: "application/json",
    // Node's client does not unpack.
    "accept-encoding": "identity",
  };
  const { status, retryAfter, body } = await httpGet(url, {
    headers,
    timeoutMs,
    maxBytes: MAX_RESPONSE_BYTES,
  }).catch((error: unknown) => {
    throw connectionError(url, timeoutMs, error);
  });
  if (status !== 200) throw statusError(url.pathname, status, key.name, retryAfterMs(retryAfter, now()));
  // A server that echoes the request must not get the key into an error, a message or a table.
  return key.redact(body);
}

/** `Retry-After` is a number of seconds or an HTTP date (RFC 9110, section 10.2.3). */
function retryAfterMs(header: string | undefined, now: number): number | undefined {
  const time = header?.trim() ?? "";
  if (time === "") return undefined;
  if (/^\d+$/.test(time)) return Number(time) * 1000;
  const date = Date.parse(time);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function connectionError(url: URL, timeoutMs: number, cause: unknown): EnergyLiveApiError {
  if (cause instanceof HttpTimeoutError) {
    const said = `energyLIVE did not answer ${url.pathname} within ${timeoutMs} ms`;
    return new EnergyLiveApiError("timeout", said, { retryable: true });
  }
  if (cause instanceof ResponseTooLargeError) {
    const said = `the response to ${url.pathname} is larger than ${MAX_RESPONSE_BYTES} bytes`;
    return new EnergyLiveApiError("response_too_large", said);
  }
  const said = `the connection to ${url.host} failed: ${reason(cause)}`;
  return new EnergyLiveApiError("network_error", said, { retryable: true, cause });
}

/** A host with several addresses of which none answers is an error without a message of its own. */
function reason(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reason).join("; ");
  return error instanceof Error ? error.message : String(error);
}
