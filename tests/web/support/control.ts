import { createServer } from "node:http";
import { text } from "node:stream/consumers";

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
export async function startControl({ collector: { api, stack } }: World) {
  const server = createServer((request, response) => {
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
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = address === null || typeof address === "string" ? 0 : address.port;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** @param control its address */
export async function poll(control: string, what: Poll): Promise<void> {
  const response = await fetch(control, { method: "POST", body: JSON.stringify(what) });
  if (!response.ok) throw new Error(`the poll failed: ${await response.text()}`);
}
