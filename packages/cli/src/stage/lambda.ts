import {
  type EventSourceMappingConfiguration,
  GetFunctionConfigurationCommand,
  type GetFunctionConfigurationCommandOutput,
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from "@aws-sdk/client-lambda";
import { ARCHIVER_TIMEOUT_SECONDS } from "@energylive/core/settings/pipeline";

import { FailedError } from "../errors.ts";

/** Lambda answers when the function has finished: of these the archiver takes longest. */
const INVOKE_TIMEOUT_MS = (ARCHIVER_TIMEOUT_SECONDS + 30) * 1000;

export async function functionConfiguration(name: string): Promise<GetFunctionConfigurationCommandOutput> {
  const lambda = new LambdaClient({});
  try {
    return await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
  } finally {
    lambda.destroy();
  }
}

/** The event source mappings of a function. */
export async function eventSourceMappings(name: string): Promise<EventSourceMappingConfiguration[]> {
  const lambda = new LambdaClient({});
  try {
    const { EventSourceMappings = [] } = await lambda.send(
      new ListEventSourceMappingsCommand({ FunctionName: name }),
    );
    return EventSourceMappings;
  } finally {
    lambda.destroy();
  }
}

/**
 * Invokes a function and waits for its result.
 *
 * @throws {FailedError} with the function's own error
 */
export async function invoke(name: string, event: unknown): Promise<unknown> {
  // One attempt: a second invocation would poll again.
  const lambda = new LambdaClient({ maxAttempts: 1, requestHandler: { requestTimeout: INVOKE_TIMEOUT_MS } });
  try {
    const answer = await lambda.send(
      new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(event)) }),
    );
    const payload: unknown = JSON.parse(Buffer.from(answer.Payload ?? []).toString() || "null");
    if (answer.FunctionError === undefined) return payload;
    throw new FailedError(`${name} failed: ${errorMessage(payload)}`, {
      advice: `its log says more: aws logs tail /aws/lambda/${name} --since 10m`,
    });
  } finally {
    lambda.destroy();
  }
}

function errorMessage(payload: unknown): string {
  if (typeof payload === "object" && payload !== null && "errorMessage" in payload)
    return String(payload.errorMessage);
  return "no reason given";
}
