import { once } from "node:events";
import { createServer } from "node:http";
import { listeningPort } from "@energylive/core/listening-port";

export type Input = Record<string, unknown>;

/** What a service answers to one request, or that it resets the connection. */
export type Output = { status: number; body: object } | "reset";

/** A service of AWS on loopback, as far as its operations go: AWS's JSON protocol over HTTP. */
export async function startService(
  answer: (operation: string, input: Input) => Output,
): Promise<AsyncDisposable & { endpoint: string }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    const output = answerOrRefuse(answer, operation, Buffer.concat(chunks).toString());
    if (output === "reset") return void request.socket.resetAndDestroy();
    response.writeHead(output.status, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify(output.body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = listeningPort(server);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** AWS refuses a request whose fields are not of the types it knows. */
function answerOrRefuse(
  answer: (operation: string, input: Input) => Output,
  operation: string,
  body: string,
): Output {
  try {
    return answer(operation, JSON.parse(body));
  } catch {
    return failure(400, "SerializationException");
  }
}

export function ok(body: object): Output {
  return { status: 200, body };
}

export function failure(status: number, code: string): Output {
  return { status, body: { __type: `com.amazonaws#${code}`, message: code } };
}
