import type { Server } from "node:http";
import { listeningPort } from "@energylive/core/listening-port";

/** Has a server listen on loopback, at a port that is free, and answers its URL. */
export async function listenOnLoopback(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${listeningPort(server)}`;
}
