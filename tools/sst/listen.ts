import type { Server } from "node:http";

/** Has a server listen on loopback, at a port that is free, and answers its URL. */
export async function listenOnLoopback(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("the server listens on no port");
  return `http://127.0.0.1:${address.port}`;
}
