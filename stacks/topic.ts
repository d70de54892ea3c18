/**
 * An SNS topic that takes nothing without TLS. Not encrypted with a key: alarms cannot publish to a topic under the AWS managed key, and
 * mail is not encrypted either.
 *
 * @param options.publisher who may publish beside the account's own roles: CloudWatch's alarms
 * @param options.email who is subscribed
 */
export function createTopic(
  logicalName: string,
  name: string,
  options: { publisher: "alarms" | "none"; email: string | undefined },
) {
  const { publisher, email } = options;
  const topic = new sst.aws.SnsTopic(logicalName, { transform: { topic: { name } } });
  new aws.sns.TopicPolicy(`${logicalName}Policy`, {
    arn: topic.arn,
    policy: publishedOverTls(topic.arn, publisher),
  });
  if (email !== undefined)
    new aws.sns.TopicSubscription(`${logicalName}Email`, {
      topic: topic.arn,
      protocol: "email",
      endpoint: email,
    });
  return topic;
}

/** Replaces the topic's default policy, which lets the whole account publish, even without TLS. */
function publishedOverTls(topicArn: $util.Input<string>, publisher: "alarms" | "none") {
  const alarms = {
    sid: "AlarmsOfThisAccount",
    principals: [{ type: "Service", identifiers: ["cloudwatch.amazonaws.com"] }],
    actions: ["sns:Publish"],
    resources: [topicArn],
    conditions: [
      {
        test: "StringEquals",
        variable: "aws:SourceAccount",
        values: [aws.getCallerIdentityOutput().accountId],
      },
    ],
  };
  return aws.iam.getPolicyDocumentOutput({
    statements: [
      ...(publisher === "alarms" ? [alarms] : []),
      {
        sid: "DenyWithoutTls",
        effect: "Deny",
        principals: [{ type: "*", identifiers: ["*"] }],
        actions: ["sns:Publish"],
        resources: [topicArn],
        conditions: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
      },
    ],
  }).json;
}
