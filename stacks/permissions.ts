import { settings } from "./settings.ts";

/** Building blocks of the functions' policies. */

const { accountId } = aws.getCallerIdentityOutput();
const { partition } = aws.getPartitionOutput();

/** Allows these actions on this one resource. */
export function allow(resource: $util.Input<string>, ...actions: string[]) {
  return { actions, resources: [resource] };
}

/** Allows writing to the function's own log group, which the stage creates with its retention. */
export function allowLogging(functionName: string) {
  return allow(
    accountArn("logs", `log-group:/aws/lambda/${functionName}:*`),
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  );
}

/**
 * Narrows the role that SST creates for a function. SST attaches `AWSLambdaBasicExecutionRole`, which lets a function write
 * to every log group of the account; `allowLogging` replaces it. SST also lets anyone in the account who may assume roles
 * assume this one, for `sst dev`; here only Lambda may.
 */
export const OWN_ROLE = {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
  managedPolicyArns: [],
};

/** The ARN of a resource in the stage's account and region. */
export function accountArn(service: string, resource: string) {
  return $interpolate`arn:${partition}:${service}:${settings.region}:${accountId}:${resource}`;
}
