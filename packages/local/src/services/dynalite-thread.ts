/**
 * Runs dynalite in a thread of its own. What it throws when its disk is full or its files are damaged can be caught nowhere else, and a
 * long query must not block the rest of the stack. `startDynamoDB` starts the thread with the data folder as `workerData`. The
 * thread posts its port, and ends when it receives a message.
 */
import { once } from "node:events";
import type { Server, ServerResponse } from "node:http";
import { parentPort, workerData } from "node:worker_threads";
import { listeningPort } from "@energylive/core/listening-port";
import dynalite from "dynalite";
import { LOOPBACK } from "./loopback.ts";

/** Longer than any request takes, and how often to check whether all are answered. */
const MAX_REQUEST_MS = 5_000;
const ENDED_CHECK_MS = 5;

const server = dynalite({ path: workerData, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
const requests = followRequests(server);
parentPort?.once("message", () => close());
server.listen(0, LOOPBACK);
await once(server, "listening");
parentPort?.postMessage(listeningPort(server));

/**
 * dynalite keeps reading for a client that has gone, and throws where nobody can catch it if its database is closed
 * meanwhile.
 */
function followRequests(server: Server): { ended(): Promise<void> } {
  const answers = new Set<ServerResponse>();
  const forgetEnded = () => {
    for (const answer of answers) if (answer.writableEnded) answers.delete(answer);
  };
  server.on("request", (_, answer) => {
    forgetEnded();
    answers.add(answer);
  });
  return {
    async ended() {
      const giveUpAt = Date.now() + MAX_REQUEST_MS;
      for (forgetEnded(); answers.size > 0 && Date.now() < giveUpAt; forgetEnded())
        await new Promise((resolve) => setTimeout(resolve, ENDED_CHECK_MS));
    },
  };
}

/** The thread then ends, because nothing else keeps it running. */
async function close(): Promise<void> {
  await requests.ended();
  server.close();
  // Idle keep-alive connections would keep the server open.
  server.closeAllConnections();
}
