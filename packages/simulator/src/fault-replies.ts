import type { OutgoingHttpHeaders } from "node:http";
import { Readable } from "node:stream";

import { after, beginReply, type Exchange, JSON_CONTENT, reply, replyError } from "./exchange.ts";
import type { ReplyFault } from "./faults.ts";
import { measurementText } from "./measurement.ts";

const MAINTENANCE_PAGE = "<!doctype html><title>energyLIVE</title><h1>Under maintenance</h1>";

const DEFAULT_HUGE_BYTES = 50_000_000;

/** How much of a huge body is made at once. */
const HUGE_CHUNK_BYTES = 64 * 1024;

/** Enough for a body of 1 KB to trickle visibly. */
const SLOW_PIECES = 20;

/** Answers with something other than measurements. */
export function replyWithFault(exchange: Exchange, fault: ReplyFault): void {
  switch (fault.kind) {
    case "status": {
      const { status, retryAfter } = fault;
      replyError(exchange, status, `simulated status ${status}`, retryAfterHeader(retryAfter));
      break;
    }
    case "redirect":
      reply(exchange, fault.status ?? 302, "", { location: fault.location });
      break;
    case "html":
      reply(exchange, 200, MAINTENANCE_PAGE, { "content-type": "text/html; charset=utf-8" });
      break;
    case "not_an_array":
      reply(exchange, 200, JSON.stringify({ message: "not an array", measurements: [] }));
      break;
    case "huge_body":
      streamHugeBody(exchange, fault.bytes ?? DEFAULT_HUGE_BYTES);
      break;
  }
}

/** Declares the whole body, sends half of it, and closes the connection. */
export function replyTruncated(exchange: Exchange, body: string): void {
  const bytes = Buffer.from(body);
  beginReply(exchange, 200, { "content-type": JSON_CONTENT, "content-length": bytes.length });
  // Not before the half is sent: destroying the socket drops what is buffered.
  exchange.response.write(bytes.subarray(0, bytes.length / 2), () => exchange.response.socket?.destroySoon());
}

/** The whole body, in pieces spread over `overMs`. Calls `sent` with the last one. */
export function replySlowly(exchange: Exchange, body: string, overMs: number, sent: () => void): void {
  const bytes = Buffer.from(body);
  const pieceBytes = Math.max(1, Math.ceil(bytes.length / SLOW_PIECES));
  beginReply(exchange, 200, { "content-type": JSON_CONTENT, "content-length": bytes.length });
  sendFrom(0);

  function sendFrom(start: number): void {
    const end = start + pieceBytes;
    exchange.response.write(bytes.subarray(start, end));
    if (end < bytes.length) after(exchange, overMs / SLOW_PIECES, () => sendFrom(end));
    else {
      sent();
      exchange.response.end();
    }
  }
}

function retryAfterHeader(value: number | Date | string | undefined): OutgoingHttpHeaders {
  if (value === undefined) return {};
  return { "retry-after": value instanceof Date ? value.toUTCString() : String(value) };
}

/** Chunk by chunk as the client reads, so the size costs the simulator no memory. */
function streamHugeBody(exchange: Exchange, bytes: number): void {
  const { response } = exchange;
  beginReply(exchange, 200, { "content-type": JSON_CONTENT });
  const source = Readable.from(hugeArray(bytes), { objectMode: false });
  response.once("close", () => source.destroy());
  source.pipe(response);
}

function* hugeArray(bytes: number): Generator<string> {
  const element = measurementText({ measurement: "filler", timestamp: 1_726_559_995_000, value: 0 });
  const chunk = `${element},`.repeat(Math.ceil(HUGE_CHUNK_BYTES / (element.length + 1)));
  yield "[";
  for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk;
  yield `${element}]`;
}
