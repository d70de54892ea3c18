import { mkdir } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { join } from "node:path";

import * as z from "zod";

import { type Bundle, bundleHandler } from "../bundle.ts";
import { listenOnLoopback } from "./listen.ts";

/** The part of `sst`'s own server that components call while they are evaluated: JSON-RPC over HTTP. */

export interface SstServer {
  url: string;
  /** What was bundled so far, by the function's logical name. */
  bundles: ReadonlyMap<string, Bundle>;
  close(): Promise<void>;
}

const Request = z.object({ method: z.string(), params: z.tuple([z.unknown()]) });

const BuildRequest = z.object({
  functionID: z.string(),
  handler: z.string(),
  properties: z.object({
    format: z.literal("cjs"),
    minify: z.boolean(),
    sourcemap: z.boolean(),
    esbuild: z.object({
      mainFields: z.array(z.string()),
      keepNames: z.boolean(),
      external: z.array(z.string()),
    }),
  }),
});

/** @param options `root` of the repository, and a `directory` that bundles may be written into */
export async function startSstServer(options: { root: string; directory: string }): Promise<SstServer> {
  const bundles = new Map<string, Bundle>();
  const server = createServer((request, response) => {
    body(request)
      .then((text) => answer(text))
      .then(
        (result) => response.end(JSON.stringify({ result })),
        (error: unknown) => response.end(JSON.stringify({ error: String(error) })),
      );
  });
  const url = await listenOnLoopback(server);

  async function answer(text: string): Promise<unknown> {
    const { method, params } = Request.parse(JSON.parse(text));
    switch (method) {
      case "Provider.Aws.Bootstrap":
        return { asset: "sst-asset", state: "sst-state", assetEcrRegistryId: "", assetEcrUrl: "" };
      case "Runtime.AddTarget":
        return true;
      case "Runtime.Build":
        return bundleFunction(BuildRequest.parse(params[0]));
      default:
        return Promise.reject(new Error(`rpc: can't find method ${method}`));
    }
  }

  /** The real bundle: an import that does not resolve fails the evaluation as it would fail the deployment. */
  async function bundleFunction({ functionID, handler, properties }: z.infer<typeof BuildRequest>) {
    const directory = join(options.directory, functionID);
    await mkdir(directory, { recursive: true });
    const bundle = await bundleHandler(handler, { root: options.root, directory, arguments: properties });
    bundles.set(functionID, bundle);
    return { handler: bundle.handler, out: directory, errors: [], sourcemaps: [] };
  }

  return {
    url,
    bundles,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function body(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
