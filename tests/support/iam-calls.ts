import type { Call } from "../../tools/iam/calls.ts";
import type { ReceivedRequest } from "./aws.ts";

/** Which permissions of IAM a request to AWS needs: actions, and the ARNs of what they concern. */

/** `X-Amz-Target` starts with the service's API version. */
const SERVICES: Record<string, string> = {
  DynamoDB_20120810: "dynamodb",
  AmazonSQS: "sqs",
  AmazonSSM: "ssm",
};

/** IAM has no action for a batch of SQS calls: the permission is that of the single call. */
const BATCH = /^(SendMessage|DeleteMessage|ChangeMessageVisibility)Batch$/;

/** Anyone may ask who they are. */
const FREE_ACTION = "sts:GetCallerIdentity";

/** @param account whose resources they are, and the region */
export function callsOf(request: ReceivedRequest, account: { region: string; id: string }): Call[] {
  const service = SERVICES[request.service];
  const arn = (of: string, resource: string) => `arn:aws:${of}:${account.region}:${account.id}:${resource}`;
  // Concerns the queue that the task moves from, which its handle does not tell.
  if (request.operation === "CancelMessageMoveTask") return [];
  if (service !== undefined) {
    const action = `${service}:${request.operation.replace(BATCH, "$1")}`;
    return resourcesOf(service, request.input).map((resource) => ({
      action,
      resource: arn(service, resource),
    }));
  }
  return request.path.startsWith("/2015-03-31/") ? [lambdaCall(request.path, arn)] : formCalls(request.body);
}

function resourcesOf(service: string, input: Record<string, unknown>): string[] {
  if (service === "ssm") return [`parameter${text(input.Name ?? input.Path)}`];
  if (service === "sqs")
    return [
      text(input.QueueName ?? input.QueueUrl ?? input.SourceArn)
        .split(/[/:]/)
        .at(-1) ?? "",
    ];
  if (typeof input.RequestItems === "object" && input.RequestItems !== null)
    return Object.keys(input.RequestItems).map((table) => `table/${table}`);
  const table = `table/${text(input.TableName)}`;
  return [input.IndexName === undefined ? table : `${table}/index/${text(input.IndexName)}`];
}

function lambdaCall(path: string, arn: (service: string, resource: string) => string): Call {
  const [, , kind, name = "", action] = new URL(path, "http://lambda").pathname.split("/");
  if (kind === "event-source-mappings") return { action: "lambda:ListEventSourceMappings", resource: "*" };
  const operation = action === "configuration" ? "GetFunctionConfiguration" : "InvokeFunction";
  return { action: `lambda:${operation}`, resource: arn("lambda", `function:${name}`) };
}

/** STS and SNS: a form whose `TopicArn` is the resource. */
function formCalls(body: string): Call[] {
  const form = new URLSearchParams(body);
  const action = `${form.has("TopicArn") ? "sns" : "sts"}:${form.get("Action")}`;
  return action === FREE_ACTION ? [] : [{ action, resource: form.get("TopicArn") ?? "*" }];
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw new Error(`a call without the name of its resource: ${JSON.stringify(value)}`);
}
