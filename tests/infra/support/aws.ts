import type { Call } from "../../../tools/iam/calls.ts";
import { EVALUATED_ACCOUNT } from "../../../tools/sst/graph.ts";
import { type AwsAnswer, AwsFailure, type ReceivedRequest, startAws, Xml } from "../../support/aws.ts";
import { callsOf } from "../../support/iam-calls.ts";

/**
 * AWS as the SDK clients of the handlers see it: one endpoint for DynamoDB, SQS, SSM and SNS. It records every call as IAM would
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

export async function startRecordingAws(options: RecordingAwsOptions): Promise<RecordingAws> {
  const calls: Call[] = [];
  const failures = new Map<string, number>();
  const aws = await startAws(answer);

  async function answer(request: ReceivedRequest): Promise<AwsAnswer> {
    const made = callsOf(request, { region: options.region, id: EVALUATED_ACCOUNT });
    calls.push(...made);
    const action = made[0]?.action ?? "";
    const remaining = failures.get(action) ?? 0;
    if (remaining > 0) {
      failures.set(action, remaining - 1);
      return new AwsFailure("InternalServerError", "as the test asked for", 500);
    }
    if (action === "ssm:GetParametersByPath") return parametersBelow(request.input.Path);
    if (action.startsWith("ssm:")) return parameter(request.input.Name);
    if (action.startsWith("sns:"))
      return new Xml(
        "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>",
      );
    // Queue URLs name the host that they were read from; the embedded SQS knows its queues by name.
    return request.forward(action.startsWith("sqs:") ? options.sqs : options.dynamodb);
  }

  function parameter(Name: string): AwsAnswer {
    const Value = options.parameters[Name];
    return Value === undefined
      ? new AwsFailure("ParameterNotFound")
      : { Parameter: { Name, Type: "SecureString", Value } };
  }

  function parametersBelow(path: string): AwsAnswer {
    const below = Object.entries(options.parameters).filter(([name]) => name.startsWith(path));
    return { Parameters: below.map(([Name, Value]) => ({ Name, Type: "SecureString", Value })) };
  }

  return {
    url: aws.endpoint,
    calls,
    fail: (action, times) => void failures.set(action, times),
    [Symbol.asyncDispose]: () => aws[Symbol.asyncDispose](),
  };
}
