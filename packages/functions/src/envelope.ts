import type {
  FinalizeRequestMiddleware,
  HandlerExecutionContext,
  HttpRequest,
  HttpResponse,
  InitializeMiddleware,
  MetadataBearer,
  MiddlewareStack,
  Provider,
  RequestHandler,
  RequestSigner,
} from "@smithy/types";

import { metadataOf, type ServiceAnswer, serviceAnswer, textOf } from "./answer.ts";

/**
 * What the SDK does between a command and its HTTP request costs three times as much as sending it: a dozen middlewares
 * that find out for every request what they found out for the one before (docs/performance.md). So for the operations
 * that are made by the thousand, the first request goes the SDK's ordinary way, and the ones after it are sent in its
 * envelope: same address, same headers, a body of their own, signed by the SDK's own signer and sent by its own handler.
 *
 * Only for JSON protocols, and for inputs that are JSON as they are: no binary values, no dates, no streams. An abort
 * signal is not looked at.
 */
export function reuseEnvelope<Input extends object, Output extends MetadataBearer>(
  client: EnvelopeClient<Input, Output>,
  options: {
    /** Names of commands: `UpdateItemCommand`. */
    commands: readonly string[];
    /** The error of a request that was answered and failed, as the SDK makes it. */
    serviceError: (answer: ServiceAnswer) => Error;
  },
): void {
  const { config, middlewareStack } = client;
  const commands = new Set(options.commands);
  const envelopes = new Map<string, HttpRequest>();
  let signer: Promise<RequestSigner> | undefined;

  const learn: FinalizeRequestMiddleware<Input, Output> = (next, context) => async (args) => {
    if (commands.has(commandOf(context)) && isHttpRequest(args.request))
      envelopes.set(keyOf(context, args.input), envelopeOf(args.request));
    return next(args);
  };

  const send: InitializeMiddleware<Input, Output> = (next, context) => async (args) => {
    const key = keyOf(context, args.input);
    const envelope = envelopes.get(key);
    if (envelope === undefined) return next(args);
    try {
      const response = await post(envelope, JSON.stringify(args.input));
      const body = await textOf(response.body);
      if (response.statusCode !== 200) throw options.serviceError(serviceAnswer(response, body));
      return { response, output: outputOf<Output>(response, body) };
    } catch (error) {
      // Whatever was wrong with the envelope (an endpoint, a clock), the SDK's ordinary way finds out.
      envelopes.delete(key);
      // Where the SDK is to retry, it does.
      if ((await config.maxAttempts()) > 1) return next(args);
      throw error;
    }
  };

  async function post(envelope: HttpRequest, body: string): Promise<HttpResponse> {
    signer ??= config.signer();
    const headers = { ...envelope.headers, "content-length": String(Buffer.byteLength(body)) };
    const signingDate = new Date(Date.now() + config.systemClockOffset);
    const signed = await (await signer).sign({ ...envelope, headers, body }, { signingDate });
    return (await config.requestHandler.handle(signed)).response;
  }

  middlewareStack.add(send, { step: "initialize", priority: "high", name: "reuseEnvelopeMiddleware" });
  middlewareStack.add(learn, { step: "finalizeRequest", priority: "low", name: "learnEnvelopeMiddleware" });
}

/** The parts of an SDK client that are public and needed here. */
export interface EnvelopeClient<Input extends object, Output extends object> {
  middlewareStack: Pick<MiddlewareStack<Input, Output>, "add">;
  config: {
    signer: () => Promise<RequestSigner>;
    /** Milliseconds that this clock is behind the service's, as far as the SDK has learnt. */
    systemClockOffset: number;
    maxAttempts: Provider<number>;
    requestHandler: Pick<RequestHandler<HttpRequest, HttpResponse>, "handle">;
  };
}

/** Headers that belong to one request, and not to all of its kind. */
const OWN_HEADERS = new Set([
  "amz-sdk-invocation-id",
  "amz-sdk-request",
  "authorization",
  "content-length",
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-security-token",
  "x-amzn-trace-id",
]);

function envelopeOf(request: HttpRequest): HttpRequest {
  const headers = Object.entries(request.headers).filter(([name]) => !OWN_HEADERS.has(name.toLowerCase()));
  return { ...request, headers: Object.fromEntries(headers), body: undefined };
}

function commandOf({ commandName = "" }: HandlerExecutionContext): string {
  return commandName;
}

/** SQS's requests go to the host of their queue's URL. */
function keyOf(context: HandlerExecutionContext, input: object): string {
  return `${commandOf(context)} ${"QueueUrl" in input ? input.QueueUrl : ""}`;
}

function isHttpRequest(request: unknown): request is HttpRequest {
  return typeof request === "object" && request !== null && "hostname" in request && "headers" in request;
}

function outputOf<Output extends MetadataBearer>(response: HttpResponse, body: string): Output {
  const output = body === "" ? {} : JSON.parse(body);
  output.$metadata = metadataOf(response);
  return output;
}
