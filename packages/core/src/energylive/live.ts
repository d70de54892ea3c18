import { EventSourceParserStream } from "eventsource-parser/stream";

import type { ApiKey } from "../keys/api-key.ts";
import { connectionError, type Fetch, retryAfterMs } from "./attempt.ts";
import { EnergyLiveApiError, statusError } from "./errors.ts";
import { type LatestResponse, parseLatest } from "./latest.ts";

/** An event has about a hundred bytes; a hostile server must not fill the memory. */
const LONGEST_EVENT = 64 * 1024;

export interface LiveRequest {
  url: URL;
  key: ApiKey;
  fetch: Fetch;
  /** For the answer's head; the stream itself may be silent for a quarter of an hour. */
  timeoutMs: number;
  now: () => number;
  /** Ends the stream. */
  signal: AbortSignal;
  /** The server has answered. */
  onOpen?: (() => void) | undefined;
}

/**
 * `measurements/live`: what the device sends, as it comes, until the server ends the stream or `signal` does. Each event is read like a response
 * with one element.
 *
 * @throws {EnergyLiveApiError}
 */
export async function* liveMeasurements(request: LiveRequest): AsyncGenerator<LatestResponse> {
  const { url, key, signal } = request;
  const body = await open(request);
  request.onOpen?.();
  try {
    const events = body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream({ maxBufferSize: LONGEST_EVENT }));
    for await (const { data } of events) yield parseEvent(key.redact(data));
  } catch (error) {
    if (signal.aborted) return;
    throw error instanceof EnergyLiveApiError ? error : connectionError(url, request.timeoutMs, error);
  }
}

/** One that is no JSON is an element that is not a measurement: the next may be one. */
function parseEvent(data: string): LatestResponse {
  try {
    return parseLatest(`[${data}]`);
  } catch (error) {
    if (!(error instanceof EnergyLiveApiError)) throw error;
    return { measurements: [], invalid: [{ raw: data, detail: "is not JSON" }] };
  }
}

async function open({ url, key, fetch, timeoutMs, now, signal }: LiveRequest) {
  const opening = new AbortController();
  const timer = setTimeout(() => opening.abort(new DOMException("no answer", "TimeoutError")), timeoutMs);
  try {
    const response = await fetch(url, {
      headers: { "X-API-KEY": key.reveal(), accept: "text/event-stream", "accept-encoding": "identity" },
      // As for every request: a redirect would send the key wherever it points.
      redirect: "manual",
      signal: AbortSignal.any([signal, opening.signal]),
    });
    const { status, headers, body } = response;
    if (status === 200 && body !== null) return body;
    await body?.cancel();
    throw statusError(url.pathname, status, key.name, retryAfterMs(headers.get("retry-after"), now()));
  } catch (error) {
    if (error instanceof EnergyLiveApiError) throw error;
    throw connectionError(url, timeoutMs, error);
  } finally {
    clearTimeout(timer);
  }
}
