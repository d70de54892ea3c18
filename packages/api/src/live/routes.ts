import type { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import * as z from "zod";

import type { LiveEvent } from "../contract.ts";
import { deviceId, parse } from "../query.ts";
import type { EventHub } from "./events.ts";

/** So often something is sent: a connection that is dead is noticed, and one that is alive is not taken for dead. */
const HEARTBEAT_MS = 15_000;

/** Of an event stream; the page shows a part of thousands of devices. */
const MOST_DEVICES = 500;

/** How long the page waits before it connects again. */
const RETRY_MS = 2_000;

/** A page that takes nothing in any more: it connects anew and asks for everything. */
const MOST_WAITING = 1_000;

const Devices = z.array(deviceId).max(MOST_DEVICES, `are more than ${MOST_DEVICES}`);

/** @param closing ends all streams */
export function addEventRoutes(app: Hono, { hub, closing }: { hub: EventHub; closing: AbortSignal }): void {
  app.get("/api/events", (context) => {
    const devices = new Set(parse(Devices, context.req.queries("device") ?? []));
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
      }
    });
  });
}
