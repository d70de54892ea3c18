import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

import { startServer } from "./server.ts";

export interface AwsRequest {
  /** `SendMessageBatch`, `GetParameter`, …; empty if the path or the body tells it: Lambda, STS. */
  operation: string;
  // biome-ignore lint/suspicious/noExplicitAny: as a client sent it; each stand-in knows the shape of its operations
  input: any;
}

/** A request as it came in. */
export interface ReceivedRequest extends AwsRequest {
  /** The service and its version before the operation: `AmazonSQS`. */
  service: string;
  /** With the query. */
  path: string;
  /** As sent: JSON, or the form of STS and SNS. */
  body: string;
  /** What another endpoint answers to this request. */
  forward(endpoint: string): Promise<AwsAnswer>;
}

/** The body of a success, an `AwsFailure`, the result of `forward`, `Xml`, or a connection reset. */
export type AwsAnswer = object | "reset";

/** What services with XML protocols answer. */
export class Xml {
  readonly text: string;
  readonly status: number;

  constructor(text: string, status = 200) {
    this.text = text;
    this.status = status;
  }
}

/** An AWS service on loopback that answers as a test says and records its requests. */
export interface TestAws extends AsyncDisposable {
  endpoint: string;
  /** For an SDK client; it makes one attempt. */
  config: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
  };
  requests: AwsRequest[];
}

/**
 * Starts one. It speaks AWS's JSON protocols.
 *
 * @param answer gets the request, and how many came before it
 */
export async function startAws(
  answer: (request: ReceivedRequest, before: number) => AwsAnswer | Promise<AwsAnswer>,
): Promise<TestAws> {
  const requests: AwsRequest[] = [];
  const server = await startServer(async (request, response) => {
    const received = await read(request);
    const { operation, input } = received;
    const before = requests.push({ operation, input }) - 1;
    const given = await answer(received, before);
    if (given === "reset") request.socket.resetAndDestroy();
    else reply(request, response, given);
  });
  return {
    endpoint: server.url,
    config: {
      endpoint: server.url,
      region: "eu-central-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
    },
    requests,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** A failure as AWS answers it. */
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

/** What another endpoint answered. */
class Forwarded {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string;

  constructor(status: number, contentType: string | null, body: string) {
    this.status = status;
    this.contentType = contentType;
    this.body = body;
  }
}

async function read(request: IncomingMessage): Promise<ReceivedRequest> {
  const body = await text(request);
  const [service = "", operation = ""] = String(request.headers["x-amz-target"] ?? "").split(".");
  const path = request.url ?? "/";
  return {
    service,
    operation,
    path,
    body,
    // STS and SNS speak another protocol, and a GET has no body.
    input: body.startsWith("{") ? JSON.parse(body) : {},
    async forward(endpoint) {
      // The connection's own headers belong to fetch.
      const headers = Object.entries(request.headers)
        .filter(([name]) => !/^(host|content-length|connection|expect)$/.test(name))
        .map(([name, value]): [string, string] => [name, String(value)]);
      const method = request.method ?? "POST";
      const answered = await fetch(new URL(path, endpoint), { method, headers, body });
      const type = answered.headers.get("content-type");
      return new Forwarded(answered.status, type, await answered.text());
    },
  };
}

function reply(request: IncomingMessage, response: ServerResponse, answer: object): void {
  // JSON has two versions; the client chooses.
  const asked = request.headers["content-type"] ?? "application/x-amz-json-1.0";
  if (answer instanceof Xml) {
    response.writeHead(answer.status, { "content-type": "text/xml" }).end(answer.text);
  } else if (answer instanceof Forwarded) {
    response.writeHead(answer.status, { "content-type": answer.contentType ?? asked }).end(answer.body);
  } else {
    response.writeHead(answer instanceof AwsFailure ? answer.status : 200, { "content-type": asked });
    response.end(JSON.stringify(answer));
  }
}
