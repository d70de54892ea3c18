import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

import type { Call } from "../../../tools/iam/calls.ts";
import { EVALUATED_ACCOUNT } from "../../../tools/sst/graph.ts";
import { listenOnLoopback } from "../../../tools/sst/listen.ts";

/**
 * AWS as the SDK clients of the handlers see it: one endpoint for DynamoDB, SQS and SSM. It records every call as IAM
 * would judge it, and hands it on to the embedded services.
 */
export interface RecordingAws extends AsyncDisposable {
  url: string;
  calls: Call[];
  /** Answers the next calls of an action with a temporary failure until it is called again with 0. */
  fail(action: string, times: number): void;
}

export interface RecordingAwsOptions {
  region: string;
  /** Endpoints of the embedded services. */
  dynamodb: string;
  sqs: string;
  /** SecureString parameters by their whole name. */
  parameters: Readonly<Record<string, string>>;
}

/** `X-Amz-Target` begins with the service's API version. */
const SERVICES: Record<string, string> = {
  DynamoDB_20120810: "dynamodb",
  AmazonSQS: "sqs",
  AmazonSSM: "ssm",
};

/** IAM has no action for a batch of SQS calls: the permission is that of the single call. */
const BATCH = /^(SendMessage|DeleteMessage|ChangeMessageVisibility)Batch$/;

export async function startRecordingAws(options: RecordingAwsOptions): Promise<RecordingAws> {
  const calls: Call[] = [];
  const failures = new Map<string, number>();
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  const url = await listenOnLoopback(server);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const [version = "", operation = ""] = String(request.headers["x-amz-target"]).split(".");
    const service = SERVICES[version];
    if (service === undefined)
      throw new Error(`no service has the target ${request.headers["x-amz-target"]}`);
    const input: unknown = JSON.parse(body);
    const action = `${service}:${operation.replace(BATCH, "$1")}`;
    for (const resource of resources(service, input)) calls.push({ action, resource });

    const remaining = failures.get(action) ?? 0;
    if (remaining > 0) {
      failures.set(action, remaining - 1);
      response.writeHead(500, { "content-type": "application/x-amz-json-1.0" });
      response.end(JSON.stringify({ __type: "InternalServerError", message: "as the test asked for" }));
    } else if (service === "ssm") answerParameter(response, property(input, "Name"));
    else await forward(request, response, body, service === "sqs" ? options.sqs : options.dynamodb);
  }

  function resources(service: string, input: unknown): string[] {
    const arn = (resource: string) => `arn:aws:${service}:${options.region}:${EVALUATED_ACCOUNT}:${resource}`;
    if (service === "sqs") return [arn(property(input, "QueueUrl").split("/").at(-1) ?? "")];
    if (service === "ssm") return [arn(`parameter${property(input, "Name")}`)];
    const tables = hasTables(input) ? Object.keys(input.RequestItems) : [property(input, "TableName")];
    return tables.map((table) => arn(`table/${table}`));
  }

  function answerParameter(response: ServerResponse, name: string): void {
    const value = options.parameters[name];
    response.writeHead(value === undefined ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
    response.end(
      JSON.stringify(
        value === undefined
          ? { __type: "ParameterNotFound" }
          : { Parameter: { Name: name, Type: "SecureString", Value: value } },
      ),
    );
  }

  return {
    url,
    calls,
    fail: (action, times) => void failures.set(action, times),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
  to: string,
): Promise<void> {
  const { host: _, connection: __, "content-length": ___, ...headers } = request.headers;
  const answered = await fetch(new URL(request.url ?? "/", to), {
    method: request.method ?? "POST",
    headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
    // Queue URLs name the host that they were read from; the embedded SQS knows its queues by name.
    body,
  });
  const { "content-encoding": ____, "content-length": _____, ...kept } = Object.fromEntries(answered.headers);
  response.writeHead(answered.status, kept);
  response.end(await answered.text());
}

async function text(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}

function property(input: unknown, name: string): string {
  const value =
    typeof input === "object" && input !== null
      ? Object.entries(input).find(([key]) => key === name)
      : undefined;
  if (value === undefined) throw new Error(`a call without ${name}: ${JSON.stringify(input)}`);
  return String(value[1]);
}

function hasTables(input: unknown): input is { RequestItems: object } {
  return typeof input === "object" && input !== null && "RequestItems" in input;
}
