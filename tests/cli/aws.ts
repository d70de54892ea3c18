import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

import { listeningPort } from "@energylive/core/listening-port";
import { CONSUMER_TIMEOUT_SECONDS, FETCHER_TIMEOUT_SECONDS } from "@energylive/core/settings/pipeline";

import type { Collector } from "../e2e/collector.ts";
import { createMoveTasks, type MoveTasks } from "./move-tasks.ts";

/**
 * What AWS has and the embedded services have not, for a stage that is "deployed" onto an embedded stack: SSM, Lambda
 * with the real fetcher behind it, and SQS's move task (in front of the embedded SQS, to which all else goes on). It
 * speaks the protocols of AWS, so that the command runs as it does against AWS.
 */
export interface StandInAws {
  /** For the SDK. */
  env: Record<string, string>;
  /** SSM parameters by name. */
  parameters: Map<string, { value: string; type: string }>;
  /** Events that the fetcher was invoked with. */
  invocations: unknown[];
  /** What is otherwise than it was deployed: settings of a function, or of what invokes it, by its name. */
  changed: Map<string, Record<string, unknown>>;
  moveTasks: MoveTasks;
  close(): Promise<void>;
}

export async function startStandInAws(collector: Collector, fetcherKey: string): Promise<StandInAws> {
  const { stack } = collector;
  const parameters: StandInAws["parameters"] = new Map();
  const invocations: unknown[] = [];
  const changed: StandInAws["changed"] = new Map();
  const moveTasks = createMoveTasks(stack);

  const server = await listen(async (request, response) => {
    const target = request.headers["x-amz-target"]?.toString() ?? "";
    const body = await text(request);
    if (target.startsWith("AmazonSSM.")) reply(response, ssm(target.slice(10), JSON.parse(body), parameters));
    else if (/MessageMoveTasks?$/.test(target))
      reply(response, { status: 200, body: await moveTasks.answer(target, JSON.parse(body)) });
    else if (request.url?.startsWith("/2015-03-31/") === true) await lambda(request.url, body, response);
    else await forward(request, body, stack.endpoints.sqs, response);
  });

  async function lambda(url: string, body: string, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(url, "http://lambda");
    const [, , kind, named = "", action] = pathname.split("/");
    const name = searchParams.get("FunctionName") ?? named;
    if (name !== names.fetcher && name !== names.consumer)
      return reply(response, {
        status: 404,
        body: { __type: "ResourceNotFoundException", message: `Function not found: ${name}` },
      });
    if (kind === "event-source-mappings")
      return reply(response, { status: 200, body: { EventSourceMappings: [mapping(name)] } });
    if (action === "configuration") return reply(response, { status: 200, body: configuration(name) });
    const event = JSON.parse(body);
    invocations.push(event);
    reply(response, { status: 200, body: await stack.poll(event) });
  }

  const { names, endpoints } = stack;

  function configuration(FunctionName: string) {
    const Variables = {
      STAGE: "local",
      DEVICES_TABLE: names.devicesTable,
      MEASUREMENTS_TABLE: names.measurementsTable,
      TYPE_INDEX_SHARDS: "1",
      MEASUREMENT_QUEUE_URL: endpoints.queueUrl,
      MEASUREMENT_DLQ_URL: endpoints.dlqUrl,
      ENERGYLIVE_API_URL: endpoints.api,
      ENERGYLIVE_API_KEY: fetcherKey,
      API_KEY_PATH: names.apiKeyPath,
    };
    return {
      FunctionName,
      State: "Active",
      Runtime: "nodejs24.x",
      Timeout: FunctionName === names.fetcher ? FETCHER_TIMEOUT_SECONDS : CONSUMER_TIMEOUT_SECONDS,
      MemorySize: 256,
      Environment: { Variables },
      ...changed.get(FunctionName),
    };
  }

  function mapping(name: string) {
    return {
      EventSourceArn: `arn:aws:sqs:eu-central-1:000000000000:${names.measurementQueue}`,
      State: "Enabled",
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ...changed.get(`${name} event source`),
    };
  }

  const endpoint = `http://127.0.0.1:${listeningPort(server)}`;
  return {
    env: {
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "x",
      AWS_SECRET_ACCESS_KEY: "x",
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: stack.endpoints.dynamodb,
    },
    parameters,
    invocations,
    changed,
    moveTasks,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  status: number;
  body: unknown;
}

function ssm(action: string, input: Record<string, string>, parameters: StandInAws["parameters"]): Answer {
  const { Name = "", Value = "", Type = "", Path = "" } = input;
  const missing = { status: 400, body: { __type: "ParameterNotFound", message: Name } };
  const found = parameters.get(Name);
  switch (action) {
    case "PutParameter":
      parameters.set(Name, { value: Value, type: Type });
      return { status: 200, body: { Version: 1 } };
    case "GetParameter":
      return found === undefined
        ? missing
        : { status: 200, body: { Parameter: { Name, Value: found.value } } };
    case "DeleteParameter":
      return parameters.delete(Name) ? { status: 200, body: {} } : missing;
    default: {
      const below = [...parameters.keys()].filter((name) => name.startsWith(Path));
      const Parameters = below.map((name) => ({ Name: name, LastModifiedDate: Date.now() / 1000 }));
      return { status: 200, body: { Parameters } };
    }
  }
}

async function forward(
  request: IncomingMessage,
  body: string,
  to: string,
  response: ServerResponse,
): Promise<void> {
  const headers = Object.entries(request.headers).filter(
    ([name]) => !/^(host|content-length|connection|expect)$/.test(name),
  );
  const answer = await fetch(new URL(request.url ?? "/", to), {
    method: request.method ?? "POST",
    headers: headers.map(([name, value]) => [name, String(value)] as [string, string]),
    body,
  });
  response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
  response.end(await answer.text());
}

function reply(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
  response.end(JSON.stringify(body));
}

async function listen(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<Server> {
  const server = createServer((request, response) => {
    handle(request, response).catch((error) =>
      reply(response, { status: 500, body: { message: String(error) } }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
