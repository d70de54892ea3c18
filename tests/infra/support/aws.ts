import type { Call } from "../../../tools/iam/calls.ts";
import { EVALUATED_ACCOUNT } from "../../../tools/sst/graph.ts";
import { type AwsAnswer, AwsFailure, type ReceivedRequest, startAws } from "../../support/aws.ts";

/**
 * AWS as the SDK clients of the handlers see it: one endpoint for DynamoDB, SQS and SSM. It records every call as IAM would
 * judge it, and passes it on to the embedded services.
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
  /** SecureString parameters by full name. */
  parameters: Readonly<Record<string, string>>;
}

/** `X-Amz-Target` starts with the service's API version. */
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
  const aws = await startAws(answer);

  async function answer(request: ReceivedRequest): Promise<AwsAnswer> {
    const service = SERVICES[request.service];
    if (service === undefined) throw new Error(`no service has the target ${request.service}`);
    const action = `${service}:${request.operation.replace(BATCH, "$1")}`;
    for (const resource of resources(service, request.input)) calls.push({ action, resource });

    const remaining = failures.get(action) ?? 0;
    if (remaining > 0) {
      failures.set(action, remaining - 1);
      return new AwsFailure("InternalServerError", "as the test asked for", 500);
    }
    if (service === "ssm") return parameter(property(request.input, "Name"));
    // Queue URLs name the host that they were read from; the embedded SQS knows its queues by name.
    return request.forward(service === "sqs" ? options.sqs : options.dynamodb);
  }

  function resources(service: string, input: unknown): string[] {
    const arn = (resource: string) => `arn:aws:${service}:${options.region}:${EVALUATED_ACCOUNT}:${resource}`;
    if (service === "sqs") return [arn(property(input, "QueueUrl").split("/").at(-1) ?? "")];
    if (service === "ssm") return [arn(`parameter${property(input, "Name")}`)];
    const tables = hasTables(input) ? Object.keys(input.RequestItems) : [property(input, "TableName")];
    return tables.map((table) => arn(`table/${table}`));
  }

  function parameter(Name: string): AwsAnswer {
    const Value = options.parameters[Name];
    return Value === undefined
      ? new AwsFailure("ParameterNotFound")
      : { Parameter: { Name, Type: "SecureString", Value } };
  }

  return {
    url: aws.endpoint,
    calls,
    fail: (action, times) => void failures.set(action, times),
    [Symbol.asyncDispose]: () => aws[Symbol.asyncDispose](),
  };
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
