import type { Server } from "node:net";

/** The port that a server listens on. @throws {TypeError} if it does not listen on one */
export function listeningPort(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new TypeError("the server does not listen on a port");
  return address.port;
}
