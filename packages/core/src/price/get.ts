import type { Fetch } from "../energylive/attempt.ts";
import { failureReason, ResponseTooLargeError, readText } from "../response.ts";

/** A quarter of a year of quarter-hours has a few hundred kilobytes. */
const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;

export interface PriceRequest {
  fetch: Fetch;
  /** For the whole answer. */
  timeoutMs: number;
  /** Ends a request that is under way. */
  signal?: AbortSignal | undefined;
}

/** A source of prices could not be asked, or did not answer with prices. */
export class PriceSourceError extends Error {
  override readonly name = "PriceSourceError";
}

/** One request; the next run of the schedule is the retry. @throws {PriceSourceError} */
export async function getText(url: URL, { fetch, timeoutMs, signal }: PriceRequest): Promise<string> {
  try {
    const response = await fetch(url, {
      headers: { accept: "application/json" },
      redirect: "error",
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])]),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new PriceSourceError(`${url.host} answered ${url.pathname} with status ${response.status}`);
    }
    return await readText(response.body, MAX_RESPONSE_BYTES);
  } catch (cause) {
    if (cause instanceof PriceSourceError) throw cause;
    if (cause instanceof ResponseTooLargeError)
      throw new PriceSourceError(`the answer of ${url.host} is larger than ${MAX_RESPONSE_BYTES} bytes`);
    if (cause instanceof DOMException && cause.name === "TimeoutError")
      throw new PriceSourceError(`${url.host} did not answer within ${timeoutMs} ms`);
    throw new PriceSourceError(`the connection to ${url.host} failed: ${failureReason(cause)}`, { cause });
  }
}
