import { type Agent, type IncomingMessage, type ServerResponse, request as sendRequest } from "node:http";

import { API_OPERATION } from "./faults.ts";

export interface Answer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

/** One request, read whole, and the ways to end it. */
export interface Exchange {
  request: IncomingMessage;
  operation: string;
  body: string;
  /** Epoch milliseconds. */
  askedAt: number;
  reply(answer: Answer): void;
  drop(): void;
  reset(): void;
  /** Whether the whole answer went out before the connection ended. */
  isDelivered: () => Promise<boolean>;
}

export async function open(request: IncomingMessage, response: ServerResponse): Promise<Exchange> {
  const delivered = new Promise<boolean>((resolve) => {
    response.once("close", () => resolve(response.writableFinished));
  });
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const target = request.headers["x-amz-target"];
  return {
    request,
    operation: typeof target === "string" ? (target.split(".")[1] ?? "") : API_OPERATION,
    body: Buffer.concat(chunks).toString(),
    askedAt: Date.now(),
    reply({ status, body, headers = {} }) {
      response.writeHead(status, { "content-type": "application/x-amz-json-1.0", ...headers }).end(body);
    },
    drop: () => void request.socket.destroy(),
    reset: () => void request.socket.resetAndDestroy(),
    isDelivered: () => delivered,
  };
}

/** Headers that belong to the one connection, or that change with the body. */
const NOT_FORWARDED = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "keep-alive",
  "expect",
]);

/** Sends the request on, with another body if need be. */
export function forward(
  request: IncomingMessage,
  target: string,
  body: string,
  agent: Agent,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const url = new URL(request.url ?? "/", target);
  const length = Buffer.byteLength(body);
  const method = request.method ?? "POST";
  const onward = sendRequest(url, {
    agent,
    method,
    headers: { ...kept(request.headers), "content-length": length },
  });
  onward.on("error", reject);
  onward.on("response", async (answered) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of answered) chunks.push(chunk);
      resolve({
        status: answered.statusCode ?? 502,
        body: Buffer.concat(chunks).toString(),
        headers: kept(answered.headers),
      });
    } catch (error) {
      reject(error);
    }
  });
  onward.end(body);
  return promise;
}

function kept(headers: IncomingMessage["headers"]): Record<string, string> {
  const entries = Object.entries(headers).filter(([name]) => !NOT_FORWARDED.has(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}
