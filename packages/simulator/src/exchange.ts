import type { OutgoingHttpHeaders, ServerResponse } from "node:http";

import type { RequestEntry } from "./request-log.ts";

/** A request that waits for its answer, with its line in the request log. */
export interface Exchange {
  response: ServerResponse;
  entry: RequestEntry;
}

export const JSON_CONTENT = "application/json; charset=utf-8";

/** Status and headers; the body follows. */
export function beginReply(exchange: Exchange, status: number, headers: OutgoingHttpHeaders): void {
  // Before the first byte, so a client that has seen the answer finds it in the request log.
  exchange.entry.status = status;
  exchange.response.writeHead(status, headers);
}

/** A complete answer. */
export function reply(
  exchange: Exchange,
  status: number,
  body: string,
  headers: OutgoingHttpHeaders = {},
): void {
  const length = Buffer.byteLength(body);
  beginReply(exchange, status, { "content-type": JSON_CONTENT, "content-length": length, ...headers });
  exchange.response.end(body);
}

export function replyError(
  exchange: Exchange,
  status: number,
  message: string,
  headers: OutgoingHttpHeaders = {},
): void {
  reply(exchange, status, JSON.stringify({ status, message }), headers);
}

/** Runs `then` after `ms`, unless the connection has closed by then. */
export function after({ response }: Exchange, ms: number, then: () => void): void {
  const timer = setTimeout(() => {
    response.off("close", cancel);
    then();
  }, ms);
  const cancel = () => clearTimeout(timer);
  response.once("close", cancel);
}
