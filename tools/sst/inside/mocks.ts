import * as z from "zod";

import { EVALUATED_ACCOUNT } from "../graph.ts";

/** What AWS and Pulumi's engine would answer, as far as the app's components look at it. */

type Properties = Record<string, unknown>;

/** A resource after its creation: its inputs, and what AWS adds that others refer to. */
export function stateOf(type: string, name: string, inputs: Properties): Properties {
  const region = regionOfStage();
  const named = String(inputs.name ?? name);
  const arn = (service: string, resource: string) =>
    `arn:aws:${service}:${region}:${EVALUATED_ACCOUNT}:${resource}`;
  switch (type) {
    case "aws:dynamodb/table:Table":
      return { ...inputs, arn: arn("dynamodb", `table/${named}`) };
    case "aws:sqs/queue:Queue":
      return {
        ...inputs,
        arn: arn("sqs", named),
        url: `https://sqs.${region}.amazonaws.com/${EVALUATED_ACCOUNT}/${named}`,
      };
    case "aws:lambda/function:Function":
      return { publish: false, ...inputs, arn: arn("lambda", `function:${named}`), version: "$LATEST" };
    case "aws:cloudwatch/logGroup:LogGroup":
      return { ...inputs, arn: arn("logs", `log-group:${named}`) };
    case "aws:s3/bucket:Bucket": {
      const bucket = String(inputs.bucket ?? name.toLowerCase());
      return { ...inputs, bucket, arn: `arn:aws:s3:::${bucket}` };
    }
    case "aws:iam/role:Role":
      return { ...inputs, arn: `arn:aws:iam::${EVALUATED_ACCOUNT}:role/${named}` };
    case "aws:sns/topic:Topic":
      return { ...inputs, arn: arn("sns", named) };
    case "random:index/randomBytes:RandomBytes":
      return { ...inputs, base64: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" };
    default:
      return { ...inputs, arn: arn(type.split(/[:/]/)[1] ?? "unknown", named) };
  }
}

/** An invoke of Pulumi's AWS provider. */
export function answerCall(token: string, inputs: Properties): Properties {
  switch (token) {
    case "aws:index/getRegion:getRegion":
      return { region: regionOfStage(), name: regionOfStage() };
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { accountId: EVALUATED_ACCOUNT };
    case "aws:index/getPartition:getPartition":
      return { partition: "aws", dnsSuffix: "amazonaws.com" };
    case "aws:iam/getPolicyDocument:getPolicyDocument":
      return { statements: inputs.statements, json: JSON.stringify(policyDocument(inputs)) };
    case "aws:dynamodb/getTable:getTable":
    case "aws:sqs/getQueue:getQueue":
      return existingResource(token, inputs);
    default:
      throw new Error(`the evaluation has no answer for ${token}`);
  }
}

/** What is in the account before the deployment, by the token that asks for it. */
function existingResource(token: string, { name }: Properties): Properties {
  const existing: Record<string, Properties[]> = JSON.parse(process.env.EVALUATED_EXISTING ?? "{}");
  const found = existing[token]?.find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`couldn't find resource ${String(name)}`);
  return found;
}

const PolicyDocumentInputs = z.object({
  statements: z
    .array(
      z.object({
        sid: z.string().optional(),
        effect: z.string().default("Allow"),
        actions: z.array(z.string()),
        resources: z.array(z.string()).optional(),
        principals: z.array(z.object({ type: z.string(), identifiers: z.array(z.string()) })).optional(),
        conditions: z
          .array(z.object({ test: z.string(), variable: z.string(), values: z.array(z.string()) }))
          .optional(),
      }),
    )
    .default([]),
});

/** The IAM document that the provider renders from its own, differently named, statements. */
function policyDocument(inputs: Properties) {
  const { statements } = PolicyDocumentInputs.parse(inputs);
  return {
    Version: "2012-10-17",
    Statement: statements.map(({ sid, effect, actions, resources, principals, conditions }) => ({
      ...(sid && { Sid: sid }),
      Effect: effect,
      ...(principals && {
        Principal: Object.fromEntries(
          principals.map(({ type, identifiers }) => [type === "*" ? "AWS" : type, identifiers]),
        ),
      }),
      Action: actions,
      ...(resources && { Resource: resources }),
      ...(conditions && {
        Condition: Object.fromEntries(
          conditions.map(({ test, variable, values }) => [test, { [variable]: values }]),
        ),
      }),
    })),
  };
}

function regionOfStage(): string {
  const { aws } = $app.providers ?? {};
  return typeof aws === "object" && typeof aws.region === "string" ? aws.region : "eu-central-1";
}
