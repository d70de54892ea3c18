import { covers, type Grant, grantsOf, type Statement } from "./policy.ts";

/** A call that a function made through an AWS SDK client: the action as IAM names it, and the resource's ARN. */
export type Call = Grant;

/** A grant that no call of a function's own code uses, and why it is there all the same. */
export interface ExplainedGrant {
  action: string;
  /** How the resource ends. */
  on: string;
  reason: string;
}

/** Calls that no statement allows. */
export function deniedCalls(statements: readonly Statement[], calls: readonly Call[]): Call[] {
  const grants = grantsOf(statements);
  return distinct(calls).filter((call) => !grants.some((grant) => covers(grant, call)));
}

/** Grants that no call used. */
export function unusedGrants(statements: readonly Statement[], calls: readonly Call[]): Grant[] {
  return grantsOf(statements).filter((grant) => !calls.some((call) => covers(grant, call)));
}

export function isExplainedBy({ action, on }: ExplainedGrant, grant: Grant): boolean {
  return grant.action === action && grant.resource.endsWith(on);
}

/** `sqs:SendMessage on arn:…`, as a test's message names it. */
export function describeGrant({ action, resource }: Grant): string {
  return `${action} on ${resource}`;
}

function distinct(calls: readonly Call[]): Call[] {
  return [...new Map(calls.map((call) => [describeGrant(call), call])).values()];
}
