import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";

import { listeningPort } from "@energylive/core/listening-port";

/** A server that a test plays, on loopback. */
export interface TestServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  url: string;
}

/**
 * Starts a server on a free port. Closing it closes open connections.
 *
 * @param tls with a key and a certificate it speaks HTTPS
 */
export async function startServer(
  listener: RequestListener,
  tls?: { key: Buffer; cert: Buffer },
): Promise<TestServer> {
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  // Longer than a test: a connection that the server closes first would look like a fault.
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${listeningPort(server)}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  await using server = await startServer(() => {});
  return Number(new URL(server.url).port);
}
