import { createServer, type Server } from "node:http";
import { listeningPort } from "@energylive/core/listening-port";
import { getRequestListener } from "@hono/node-server";
import { createAccess, newToken } from "./access/access.ts";
import { withHeaders } from "./access/headers.ts";
import { createApp, type DashboardParts } from "./app.ts";

/** Only this machine can reach it. */
const LOOPBACK = "127.0.0.1";

export interface DashboardOptions extends DashboardParts {
  /** `0`: a free one. */
  port: number;
  /** Lets a browser in. Default: a new one. */
  token?: string;
  /** Use a free port if this one is taken. */
  orFreePort?: boolean;
}

export interface Dashboard {
  /** Includes the token that lets a browser in: show it to the person who started it, never log it. */
  url: string;
  port: number;
  /** Also closes open connections. */
  close(): Promise<void>;
}

/** Another program uses the port. */
export class PortInUseError extends Error {
  override readonly name = "PortInUseError";

  constructor(port: number, cause: unknown) {
    super(`port ${port} is in use: choose another with --port`, { cause });
  }
}

/**
 * Serves the dashboard on loopback.
 *
 * @throws {PortInUseError}
 */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const server = createServer();
  const port = await listen(server, options.port, options.orFreePort === true);
  const access = createAccess(port, options.token ?? newToken());
  const { app, close } = createApp(options, access);
  server.on(
    "request",
    getRequestListener(async (request) => withHeaders(await app.fetch(request)), {
      hostname: LOOPBACK,
      overrideGlobalObjects: false,
    }),
  );
  return {
    url: access.url,
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

async function listen(server: Server, port: number, orFreePort: boolean): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, LOOPBACK, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    if (!orFreePort) throw new PortInUseError(port, error);
    return listen(server, 0, false);
  }
  return listeningPort(server);
}
