import { readFile } from "node:fs/promises";

import { describe, expect, inject, it } from "vitest";

import { deniedCalls, describeGrant, unusedGrants } from "../../tools/iam/calls.ts";
import { parsePolicy } from "../../tools/iam/policy.ts";
import { EVALUATED_ACCOUNT, type Graph, type Resource } from "../../tools/sst/graph.ts";

/**
 * The policy of who deploys, held against what Pulumi's AWS provider calls for each type of resource in the graph to create,
 * read, change, tag and delete it. Which calls these are is from the provider's source, as no AWS is here to ask.
 */

const { production, staging } = inject("graphs");

const TAGS = ["ListTagsForResource", "TagResource", "UntagResource"];

const CALLS: Record<string, string[]> = {
  "aws:athena/workgroup:Workgroup": actions("athena", [
    ...["CreateWorkGroup", "GetWorkGroup", "UpdateWorkGroup", "DeleteWorkGroup"],
    ...TAGS,
  ]),
  "aws:cloudwatch/dashboard:Dashboard": actions("cloudwatch", [
    "PutDashboard",
    "GetDashboard",
    "DeleteDashboards",
  ]),
  "aws:cloudwatch/logGroup:LogGroup": actions("logs", [
    ...[
      "CreateLogGroup",
      "DeleteLogGroup",
      "PutRetentionPolicy",
      "DeleteRetentionPolicy",
      "DescribeLogGroups",
    ],
    ...TAGS,
  ]),
  "aws:cloudwatch/metricAlarm:MetricAlarm": actions("cloudwatch", [
    ...["PutMetricAlarm", "DescribeAlarms", "DeleteAlarms"],
    ...TAGS,
  ]),
  "aws:dynamodb/table:Table": actions("dynamodb", [
    ...["CreateTable", "DescribeTable", "UpdateTable", "DeleteTable"],
    ...["DescribeTimeToLive", "UpdateTimeToLive", "DescribeContinuousBackups", "UpdateContinuousBackups"],
    ...["ListTagsOfResource", "TagResource", "UntagResource"],
  ]),
  "aws:glue/catalogDatabase:CatalogDatabase": actions("glue", [
    ...["CreateDatabase", "GetDatabase", "UpdateDatabase", "DeleteDatabase"],
    ...["GetTags", "TagResource", "UntagResource"],
  ]),
  "aws:glue/catalogTable:CatalogTable": actions("glue", [
    ...["CreateTable", "GetTable", "UpdateTable", "DeleteTable", "GetPartitionIndexes"],
  ]),
  "aws:iam/role:Role": actions("iam", [
    ...["CreateRole", "GetRole", "UpdateRole", "DeleteRole", "UpdateAssumeRolePolicy", "PassRole"],
    ...["PutRolePolicy", "GetRolePolicy", "DeleteRolePolicy", "ListRolePolicies"],
    ...["ListAttachedRolePolicies", "ListInstanceProfilesForRole", "TagRole", "UntagRole"],
  ]),
  "aws:lambda/eventSourceMapping:EventSourceMapping": actions("lambda", [
    ...["CreateEventSourceMapping", "GetEventSourceMapping"],
    ...["UpdateEventSourceMapping", "DeleteEventSourceMapping", "ListTags", "TagResource", "UntagResource"],
  ]),
  "aws:lambda/function:Function": actions("lambda", [
    ...[
      "CreateFunction",
      "GetFunction",
      "UpdateFunctionCode",
      "UpdateFunctionConfiguration",
      "DeleteFunction",
    ],
    ...["ListVersionsByFunction", "GetFunctionCodeSigningConfig"],
  ]),
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": actions("lambda", [
    ...["PutFunctionEventInvokeConfig", "GetFunctionEventInvokeConfig", "DeleteFunctionEventInvokeConfig"],
  ]),
  "aws:s3/bucket:Bucket": actions("s3", ["CreateBucket", "DeleteBucket", "ListBucket", "GetBucketTagging"]),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": actions("s3", [
    ...["PutLifecycleConfiguration", "GetLifecycleConfiguration"],
  ]),
  "aws:s3/bucketPolicy:BucketPolicy": actions("s3", [
    ...["PutBucketPolicy", "GetBucketPolicy", "DeleteBucketPolicy"],
  ]),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": actions("s3", [
    ...["PutBucketPublicAccessBlock", "GetBucketPublicAccessBlock"],
  ]),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": actions("s3", [
    ...["PutEncryptionConfiguration", "GetEncryptionConfiguration"],
  ]),
  "aws:s3/bucketObjectv2:BucketObjectv2": actions("s3", [
    ...["PutObject", "GetObject", "DeleteObject", "GetObjectTagging", "PutObjectTagging"],
  ]),
  "aws:scheduler/schedule:Schedule": actions("scheduler", [
    ...["CreateSchedule", "GetSchedule", "UpdateSchedule", "DeleteSchedule"],
  ]),
  "aws:sns/topic:Topic": actions("sns", [
    ...["CreateTopic", "GetTopicAttributes", "SetTopicAttributes", "DeleteTopic"],
    ...TAGS,
  ]),
  "aws:sns/topicPolicy:TopicPolicy": actions("sns", ["SetTopicAttributes", "GetTopicAttributes"]),
  "aws:sns/topicSubscription:TopicSubscription": actions("sns", [
    ...["Subscribe", "Unsubscribe", "GetSubscriptionAttributes"],
  ]),
  "aws:sqs/queue:Queue": actions("sqs", [
    ...["CreateQueue", "GetQueueUrl", "GetQueueAttributes", "SetQueueAttributes", "DeleteQueue"],
    ...["ListQueueTags", "TagQueue", "UntagQueue"],
  ]),
  "aws:sqs/queuePolicy:QueuePolicy": actions("sqs", ["SetQueueAttributes", "GetQueueAttributes"]),
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": actions("sqs", [
    "SetQueueAttributes",
    "GetQueueAttributes",
  ]),
};

/** What is nothing of AWS's. */
const ELSEWHERE = ["random:index/randomBytes:RandomBytes"];

/** What sst itself does before and after: its buckets for state and code, its parameters, its repository. */
const SST = [
  ...["CreateBucket", "PutBucketVersioning", "GetObject", "PutObject", "DeleteObject", "ListBucket"].map(
    (action) => ({
      action: `s3:${action}`,
      resource: "arn:aws:s3:::sst-state-abcdefgh",
    }),
  ),
  ...["GetParameter", "GetParameters", "PutParameter"].flatMap((action) =>
    ["bootstrap", "passphrase/energylive/production"].map((name) => ({
      action: `ssm:${action}`,
      resource: `arn:aws:ssm:eu-central-1:${EVALUATED_ACCOUNT}:parameter/sst/${name}`,
    })),
  ),
  ...["CreateRepository", "DescribeRepositories"].map((action) => ({
    action: `ecr:${action}`,
    resource: `arn:aws:ecr:eu-central-1:${EVALUATED_ACCOUNT}:repository/sst-asset`,
  })),
];

describe("the policy of who deploys", () => {
  it("allows all that a deployment and a removal call, and names no action that none calls", async () => {
    const policy = parsePolicy(
      await readFile(new URL("../../docs/policies/deployer.json", import.meta.url), "utf8"),
    );
    const calls = [production, staging].flatMap(callsFor).concat(SST);
    expect(deniedCalls(policy, calls).map(describeGrant)).toEqual([]);
    expect(unusedGrants(policy, calls).map(describeGrant)).toEqual([]);
  });
});

function callsFor(graph: Graph) {
  return graph.resources
    .filter(({ type }) => !ELSEWHERE.includes(type))
    .flatMap((resource) => {
      const calls = CALLS[resource.type];
      if (calls === undefined) throw new Error(`which calls does the provider make for ${resource.type}?`);
      return calls.flatMap((action) => arnsOf(resource, graph).map((arn) => ({ action, resource: arn })));
    });
}

/** All that IAM judges a call by: Glue's also by what a table is in, and a bucket is emptied before it is deleted. */
function arnsOf(resource: Resource, graph: Graph): string[] {
  const { type, inputs } = resource;
  const arn = arnOf(resource, graph);
  const catalog = `arn:aws:glue:${graph.app.providers.aws.region}:${EVALUATED_ACCOUNT}:catalog`;
  if (type === "aws:glue/catalogDatabase:CatalogDatabase") return [arn, catalog];
  if (type === "aws:glue/catalogTable:CatalogTable")
    return [arn, catalog, catalog.replace(/catalog$/, `database/${inputs.databaseName}`)];
  return type === "aws:s3/bucket:Bucket" ? [arn, `${arn}/measurements/day=2026-11-25/file`] : [arn];
}

/** The ARN that names it. */
function arnOf({ type, inputs }: Resource, { stage, app }: Graph): string {
  const { region } = app.providers.aws;
  const name = String(inputs.name ?? inputs.dashboardName ?? `energylive-${stage}-part`);
  const arn = (service: string, resource: string) =>
    `arn:aws:${service}:${region}:${EVALUATED_ACCOUNT}:${resource}`;
  switch (type) {
    case "aws:athena/workgroup:Workgroup":
      return arn("athena", `workgroup/${name}`);
    case "aws:glue/catalogDatabase:CatalogDatabase":
      return arn("glue", `database/${name}`);
    case "aws:glue/catalogTable:CatalogTable":
      return arn("glue", `table/${inputs.databaseName}/${name}`);
    case "aws:cloudwatch/dashboard:Dashboard":
      return `arn:aws:cloudwatch::${EVALUATED_ACCOUNT}:dashboard/${name}`;
    case "aws:cloudwatch/logGroup:LogGroup":
      return arn("logs", `log-group:${name}`);
    case "aws:cloudwatch/metricAlarm:MetricAlarm":
      return arn("cloudwatch", `alarm:${name}`);
    case "aws:dynamodb/table:Table":
      return arn("dynamodb", `table/${name}`);
    case "aws:iam/role:Role":
      return `arn:aws:iam::${EVALUATED_ACCOUNT}:role/${name}`;
    case "aws:lambda/eventSourceMapping:EventSourceMapping":
      return arn("lambda", "event-source-mapping:14e0db71");
    case "aws:lambda/function:Function":
    case "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig":
      return arn("lambda", `function:${name}`);
    case "aws:s3/bucketObjectv2:BucketObjectv2":
      return "arn:aws:s3:::sst-asset-abcdefgh/assets/code.zip";
    case "aws:s3/bucket:Bucket":
    case "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration":
    case "aws:s3/bucketPolicy:BucketPolicy":
    case "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":
    case "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
      return `arn:aws:s3:::${String(inputs.bucket)}`;
    case "aws:scheduler/schedule:Schedule":
      return arn("scheduler", `schedule/default/${name}`);
    default:
      return arn(type.split(/[:/]/)[1] ?? "", name);
  }
}

function actions(service: string, names: readonly string[]): string[] {
  return names.map((name) => `${service}:${name}`);
}
