import { createServer, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { listeningPort } from "@energylive/core/listening-port";
import { getRequestListener } from "@hono/node-server";
import { addressOf, createAccess, newToken } from "./access/access.ts";
import { withHeaders } from "./access/headers.ts";
import { createTokenCheck } from "./access/tokens.ts";
import { createApp, type DashboardParts } from "./app.ts";

/** Only this machine can reach it. */
const LOOPBACK = "127.0.0.1";

/** How machines of the home network get in: over HTTPS, with a password. */
export interface NetworkAccess {
  /** The address to listen on: `0.0.0.0` for every one. */
  host: string;
  /** The name or address to print. */
  shownHost: string;
  password: string;
  /** PEM. */
  key: string;
  certificate: string;
}

export interface DashboardOptions extends DashboardParts {
  /** `0`: a free one. */
  port: number;
  /** Lets a browser in. Default: a new one. */
  token?: string;
  /** Use a free port if this one is taken. */
  orFreePort?: boolean;
  /** Without it, only this machine can reach the dashboard. */
  network?: NetworkAccess | undefined;
}

export interface Dashboard {
  /** Lets a browser in, unless it asks for a password: show it to the person who started it, never log it. */
  url: string;
  /** The same without the token. */
  origin: string;
  port: number;
  /** Also closes open connections. */
  close(): Promise<void>;
}

/** The machine has no such address. */
export class NoSuchAddressError extends Error {
  override readonly name = "NoSuchAddressError";

  constructor(host: string, cause: unknown) {
    super(`this machine has no address ${host}: give one of its own with --host, or 0.0.0.0 for all`, {
      cause,
    });
  }
}

/** Another program uses the port. */
export class PortInUseError extends Error {
  override readonly name = "PortInUseError";

  constructor(port: number, cause: unknown) {
    super(`port ${port} is in use: choose another with --port`, { cause });
  }
}

/**
 * Serves the dashboard, on loopback unless `network` says otherwise.
 *
 * @throws {PortInUseError}
 * @throws {NoSuchAddressError}
 */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { network, token = newToken() } = options;
  const server =
    network === undefined
      ? createServer()
      : createSecureServer({ key: network.key, cert: network.certificate });
  const port = await listen(server, {
    port: options.port,
    host: network?.host ?? LOOPBACK,
    orFreePort: options.orFreePort === true,
  });
  const origin =
    network === undefined ? `http://${LOOPBACK}:${port}` : `https://${inAddress(network.shownHost)}:${port}`;
  const tokens = createTokenCheck(options.tokens, options.clock);
  const access = createAccess({ port, token, password: network?.password, tokens });
  const { app, close } = createApp(options, access);
  server.on(
    "request",
    getRequestListener(async (request, env) => withHeaders(await app.fetch(request, env)), {
      hostname: LOOPBACK,
      overrideGlobalObjects: false,
    }),
  );
  return {
    url: addressOf(origin, token),
    origin,
    port,
    async close() {
      close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // Open event streams would keep the server running.
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(
  server: Server,
  { port, host, orFreePort }: { port: number; host: string; orFreePort: boolean },
): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") throw new NoSuchAddressError(host, error);
    if (code !== "EADDRINUSE") throw error;
    if (!orFreePort) throw new PortInUseError(port, error);
    return listen(server, { port: 0, host, orFreePort: false });
  }
  return listeningPort(server);
}

/** IPv6 addresses stand in brackets. */
function inAddress(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
