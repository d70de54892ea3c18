import type { ApiKey } from "../keys/api-key.ts";
import { EnergyLiveApiError, statusError } from "./errors.ts";

/**
 * The most of a response that is read. A response of an interface has about 1 KB; a hostile or broken one must not fill
 * the memory.
 */
export const MAX_RESPONSE_BYTES = 1024 * 1024;

export interface Attempt {
  url: URL;
  key: ApiKey;
  fetch: typeof globalThis.fetch;
  timeoutMs: number;
  /** Epoch milliseconds, for a `Retry-After` that is a date. */
  now: () => number;
}

/**
 * One request, its body included, within `timeoutMs`. Answers the body's text.
 *
 * @throws {EnergyLiveApiError}
 */
export async function attempt(request: Attempt): Promise<string> {
  const { url, key, timeoutMs } = request;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await request.fetch(url, {
      headers: { "X-API-KEY": key.reveal(), accept: "application/json" },
      // Never followed: the key would go along to wherever the redirect points.
      redirect: "manual",
      signal,
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw statusError(url.pathname, response.status, key.name, retryAfterMs(response, request.now()));
    }
    // A server that echoes the request must not get the key into an error, a message or a table.
    return key.redact(await readBody(response, url.pathname));
  } catch (error) {
    if (error instanceof EnergyLiveApiError) throw error;
    if (signal.aborted) {
      throw new EnergyLiveApiError(
        "timeout",
        `energyLIVE did not answer ${url.pathname} within ${timeoutMs} ms`,
        { retryable: true },
      );
    }
    throw new EnergyLiveApiError(
      "network_error",
      `the connection to ${url.host} failed: ${rootMessage(error)}`,
      {
        retryable: true,
        cause: error,
      },
    );
  }
}

async function readBody(response: Response, path: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_RESPONSE_BYTES) {
      // Leaving the loop cancels the stream, and with it the connection.
      throw new EnergyLiveApiError(
        "response_too_large",
        `the response to ${path} is larger than ${MAX_RESPONSE_BYTES} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** `Retry-After` is a number of seconds or an HTTP date (RFC 9110, section 10.2.3). */
function retryAfterMs(response: Response, now: number): number | undefined {
  const header = response.headers.get("retry-after")?.trim();
  if (header === undefined || header === "") return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** `fetch failed` says nothing; the reason is the cause. */
function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : rootMessage(error.cause);
}
