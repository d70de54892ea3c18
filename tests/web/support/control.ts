import { text } from "node:stream/consumers";

import { startServer, type TestServer } from "../../support/server.ts";
import type { World } from "./world.ts";

/** What a device sends next, and that it is polled now. */
export interface Poll {
  device: string;
  measurement: string;
  value: number;
}

/**
 * The collector runs beside the tests and not in them: over this they let a device send something and poll it, as the
 * schedule would.
 */
export function startControl({ collector: { api, stack } }: World): Promise<TestServer> {
  return startServer((request, response) => {
    void (async () => {
      const { device, measurement, value }: Poll = JSON.parse(await text(request));
      api.setResponse(device, [{ measurement, value, timestamp: Date.now() }]);
      const result = await stack.poll({ device_ids: [device] });
      response.end(JSON.stringify(result));
    })().catch((error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  });
}

/** @param control its address */
export async function poll(control: string, what: Poll): Promise<void> {
  const response = await fetch(control, { method: "POST", body: JSON.stringify(what) });
  if (!response.ok) throw new Error(`the poll failed: ${await response.text()}`);
}
