import { once } from "node:events";
import { createServer } from "node:http";
import { listeningPort } from "@energylive/core/listening-port";

/** A request of the AWS SDK's JSON protocol, as DynamoDB and SQS get it. */
export interface AwsRequest {
  /** `BatchWriteItem`, `SendMessageBatch`, … */
  operation: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape differs from operation to operation
  body: any;
}

type Forward = () => Promise<{ status: number; body: string }>;

/** What the proxy answers instead: the service's own answer (`forward`), another one, or none (`reset`). */
export type Intercept = (
  request: AwsRequest,
  forward: Forward,
) => Promise<{ status: number; body: unknown } | "reset">;

export interface AwsProxy extends AsyncDisposable {
  endpoint: string;
  /** The operations that came, in order. */
  operations: string[];
}

/** Stands between an AWS SDK client and an embedded service, and answers as a test says. */
export async function startAwsProxy(target: string, intercept: Intercept): Promise<AwsProxy> {
  const operations: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    operations.push(operation);
    const forward: Forward = async () => {
      const headers = Object.fromEntries(
        ["content-type", "x-amz-target", "authorization", "x-amz-date"].map((name) => [
          name,
          String(request.headers[name]),
        ]),
      );
      const answer = await fetch(target, { method: "POST", headers, body: text });
      return { status: answer.status, body: await answer.text() };
    };
    const answer = await intercept({ operation, body: JSON.parse(text) }, forward);
    if (answer === "reset") return void request.socket.resetAndDestroy();
    response.statusCode = answer.status;
    response.setHeader("content-type", "application/x-amz-json-1.0");
    response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${listeningPort(server)}`,
    operations,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An error as DynamoDB and SQS answer it. */
export function awsError(status: number, code: string, message = code): { status: number; body: unknown } {
  return { status, body: { __type: `com.amazonaws.dynamodb.v20120810#${code}`, message } };
}
