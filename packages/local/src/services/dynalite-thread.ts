/**
 * Runs dynalite in a thread of its own: a long query keeps it busy for most of a second and must not block the rest of the
 * stack. `startDynamoDB` starts the thread with the data folder as `workerData`. The thread posts its port, and ends when
 * it receives a message.
 */
import { once } from "node:events";
import type { Server, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { parentPort, workerData } from "node:worker_threads";
import { listeningPort } from "@energylive/core/listening-port";
import dynalite from "dynalite";
import dynaliteStore from "dynalite/db/index.js";
import { LOOPBACK } from "./loopback.ts";

/** Longer than any request takes, and how often to check whether all are answered. */
const MAX_REQUEST_MS = 5_000;
const ENDED_CHECK_MS = 5;

/** How many items are taken from LevelDB at once, and how many bytes it reads ahead: a measurement's item has 300 bytes. */
const ITEMS_AT_ONCE = 500;
const READ_AHEAD_BYTES = 256 * 1024;

readManyAtOnce();
const server = dynalite({ path: workerData, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
const requests = followRequests(server);
parentPort?.once("message", () => close());
server.listen(0, LOOPBACK);
await once(server, "listening");
parentPort?.postMessage(listeningPort(server));

/**
 * dynalite takes its items from LevelDB one by one, each with a promise and a turn of the event loop: a quarter of the time
 * of a long query. It has no setting for this, so the stream that it reads from is replaced.
 */
function readManyAtOnce(): void {
  const { create } = dynaliteStore;
  dynaliteStore.create = (options) => {
    const store = create(options);
    store.db.createValueStream = (range) => {
      const items = store.db.values({ ...range, highWaterMarkBytes: READ_AHEAD_BYTES });
      return new Readable({
        objectMode: true,
        read() {
          items.nextv(ITEMS_AT_ONCE).then(
            (those) => {
              for (const item of those) this.push(item);
              if (those.length === 0) this.push(null);
            },
            (error: Error) => this.destroy(error),
          );
        },
        destroy(error, callback) {
          items.close().then(() => callback(error), callback);
        },
      });
    };
    return store;
  };
}

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
