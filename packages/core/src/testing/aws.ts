import { once } from "node:events";
import { createServer } from "node:http";
import { listeningPort } from "../listening-port.ts";

export interface AwsRequest {
  /** `SendMessageBatch`, `GetParameter`, … */
  operation: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape differs from operation to operation
  input: any;
}

/** A service of AWS on loopback that answers as a test says, and remembers what it was asked. */
export interface AnsweringAws extends AsyncDisposable {
  /** For an SDK client; it makes one attempt. */
  config: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
  };
  requests: AwsRequest[];
}

/** The body of a success, an `AwsFailure`, or no answer at all. */
type Answer = object | "reset";

/**
 * Starts one.
 *
 * @param answer told the request, and how many came before it
 */
export async function startAnsweringAws(
  answer: (request: AwsRequest, before: number) => Answer | Promise<Answer>,
): Promise<AnsweringAws> {
  const requests: AwsRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    const asked: AwsRequest = { operation, input: JSON.parse(Buffer.concat(chunks).toString()) };
    const before = requests.length;
    requests.push(asked);
    const body = await answer(asked, before);
    if (body === "reset") return void request.socket.resetAndDestroy();
    response.statusCode = body instanceof AwsFailure ? body.status : 200;
    response.setHeader("content-type", "application/x-amz-json-1.0");
    response.end(JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    config: {
      endpoint: `http://127.0.0.1:${listeningPort(server)}`,
      region: "eu-central-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
    },
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An error as AWS answers it. */
export class AwsFailure {
  readonly __type: string;
  readonly message: string;
  readonly status: number;

  constructor(code: string, message: string = code, status = 400) {
    this.__type = `com.amazonaws#${code}`;
    this.message = message;
    this.status = status;
  }
}
