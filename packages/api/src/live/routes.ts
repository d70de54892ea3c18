import type { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import * as z from "zod";

import type { LiveEvent } from "../contract.ts";
import { deviceId, parse } from "../query.ts";
import type { EventHub } from "./events.ts";
import type { Follower } from "./follower.ts";

/** Something is sent at least this often, so both sides notice a dead connection. */
const HEARTBEAT_MS = 15_000;

/** Per event stream: the page shows only some of thousands of devices. */
const MOST_DEVICES = 500;

/** How long the page waits before it connects again. */
const RETRY_MS = 2_000;

/** A page that stops receiving is disconnected; it reconnects and fetches everything. */
const MOST_WAITING = 1_000;

const Devices = z.array(deviceId).max(MOST_DEVICES, `are more than ${MOST_DEVICES}`);

/** @param parts.closing stops all streams */
export function addEventRoutes(
  app: Hono,
  { hub, follower, closing }: { hub: EventHub; follower: Follower; closing: AbortSignal },
): void {
  app.get("/api/events", (context) => {
    const devices = new Set(parse(Devices, context.req.queries("device") ?? []));
    const live = parse(deviceId.optional(), context.req.query("live"));
    return streamSSE(context, async (stream) => {
      const waiting: LiveEvent[] = [];
      let wake = () => {};
      const wakeUp = () => wake();
      const unsubscribe = hub.subscribe({
        ...(devices.size === 0 ? {} : { devices }),
        tell(event) {
          waiting.push(event);
          wakeUp();
        },
      });
      const leave = live === undefined ? () => {} : follower.follow(live);
      stream.onAbort(wakeUp);
      closing.addEventListener("abort", wakeUp);
      const heartbeat = setInterval(wakeUp, HEARTBEAT_MS);
      const isOver = () => stream.aborted || closing.aborted || waiting.length > MOST_WAITING;
      try {
        await stream.write(`retry: ${RETRY_MS}\n\n`);
        while (!isOver()) {
          if (waiting.length === 0)
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          const events = waiting.splice(0);
          if (events.length === 0) await stream.write(": still here\n\n");
          for (const event of events) await stream.writeSSE({ data: JSON.stringify(event) });
        }
      } finally {
        clearInterval(heartbeat);
        closing.removeEventListener("abort", wakeUp);
        unsubscribe();
        leave();
      }
    });
  });
}
