import type { ServerResponse } from "node:http";

import { startServer } from "../../support/server.ts";

/** An energyLIVE API that answers with whatever bytes it is given, and knows who asked for what. */
export interface ByteApi extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/api/v1` */
  url: string;
  /** What a device is answered from now on; a function may write on and on. */
  answers: Map<string, Uint8Array | ((response: ServerResponse) => void)>;
  /** The paths that were asked for, as they were on the wire. */
  paths: string[];
}

const LATEST = /^\/api\/v1\/devices\/([^/]+)\/measurements\/latest$/;

export async function startByteApi(): Promise<ByteApi> {
  const answers: ByteApi["answers"] = new Map();
  const paths: string[] = [];
  const server = await startServer((request, response) => {
    const path = request.url ?? "";
    paths.push(path);
    const answer = answers.get(LATEST.exec(path)?.[1] ?? "");
    if (answer === undefined) response.writeHead(404).end();
    else if (typeof answer === "function") answer(response);
    else response.writeHead(200, { "content-type": "application/json" }).end(answer);
  });
  return {
    url: `${server.url}/api/v1`,
    answers,
    paths,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
