import { settings } from "./settings.ts";

/** What the functions' policies are made of. */

const { accountId } = aws.getCallerIdentityOutput();
const { partition } = aws.getPartitionOutput();

/** These actions, on this one resource. */
export function allow(resource: $util.Input<string>, ...actions: string[]) {
  return { actions, resources: [resource] };
}

/** Writing to the function's own log group, which the stage creates with its retention. */
export function allowLogging(functionName: string) {
  return allow(
    accountArn("logs", `log-group:/aws/lambda/${functionName}:*`),
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  );
}

/**
 * Narrows the role that SST makes for a function. SST attaches `AWSLambdaBasicExecutionRole`, which lets a function write
 * to every log group of the account: `allowLogging` takes its place. And it lets anyone in the account who may assume
 * roles assume this one, for `sst dev`: here only Lambda may.
 */
export const OWN_ROLE = {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
  managedPolicyArns: [],
};

/** The ARN of a resource of the stage's account and region. */
export function accountArn(service: string, resource: string) {
  return $interpolate`arn:${partition}:${service}:${settings.region}:${accountId}:${resource}`;
}
