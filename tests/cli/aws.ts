import { systemClock } from "@energylive/core/clock";
import { parseChannel } from "@energylive/core/notify/channel";
import { createSend } from "@energylive/core/notify/send";
import { isTestEvent, testChannels } from "@energylive/core/notify/test-channels";
import { tableVariables } from "@energylive/core/settings/environment";
import {
  ARCHIVER_TIMEOUT_SECONDS,
  CONSUMER_TIMEOUT_SECONDS,
  FETCHER_TIMEOUT_SECONDS,
  PRICES_TIMEOUT_SECONDS,
  PROFILER_TIMEOUT_SECONDS,
  REPORTER_TIMEOUT_SECONDS,
} from "@energylive/core/settings/pipeline";
import type { Call } from "../../tools/iam/calls.ts";
import type { Collector } from "../e2e/collector.ts";
import { type AwsAnswer, AwsFailure, type ReceivedRequest, startAws, Xml } from "../support/aws.ts";
import { callsOf } from "../support/iam-calls.ts";
import { createMoveTasks, type MoveTasks } from "./move-tasks.ts";

const REGION = "eu-central-1";

/**
 * What AWS has and the embedded services have not, for a stage that is "deployed" onto an embedded stack: SSM, Lambda
 * with the real fetcher and the real test of channels behind it, and SQS's move task (in front of the embedded SQS, to which all else goes on). It
 * speaks the protocols of AWS, so that the command runs as it does against AWS.
 */
export interface StandInAws extends AsyncDisposable {
  /** For the SDK. */
  env: Record<string, string>;
  /** SSM parameters by name. */
  parameters: Map<string, { value: string; type: string }>;
  /** What the archiver answers, one invocation after the other. */
  archiving: object[];
  /** The events with which functions were invoked. */
  invocations: unknown[];
  /** What differs from the deployment: settings of a function, or of what invokes it, by name. */
  changed: Map<string, Record<string, unknown>>;
  /** Who has subscribed to the topic of the alarms, by e-mail address; there is no topic without it. */
  subscribers: { confirmed: string[]; waiting: string[] } | undefined;
  moveTasks: MoveTasks;
  /** Every call, as IAM would judge it. */
  calls: Call[];
}

export async function startStandInAws(collector: Collector): Promise<StandInAws> {
  const { stack } = collector;
  const parameters: StandInAws["parameters"] = new Map();
  const invocations: unknown[] = [];
  const archiving: object[] = [];
  const changed: StandInAws["changed"] = new Map();
  const moveTasks = createMoveTasks(stack);

  const { names, endpoints } = stack;

  const calls: Call[] = [];
  const aws = await startAws((request) => {
    calls.push(...callsOf(request, { region: REGION, id: "000000000000" }));
    if (request.service.startsWith("DynamoDB")) return request.forward(endpoints.dynamodb);
    const { service, operation, input, path } = request;
    if (service === "AmazonSSM") return ssm(operation, input, parameters);
    if (/MessageMoveTasks?$/.test(operation)) return moveTasks.answer(operation, input);
    if (path.startsWith("/2015-03-31/")) return lambda(request);
    const topic = /Action=ListSubscriptionsByTopic&.*TopicArn=([^&]+)/.exec(request.body)?.[1];
    if (topic !== undefined) return subscriptions(decodeURIComponent(topic));
    return request.forward(endpoints.sqs);
  });

  function subscriptions(topic: string): Xml {
    const { subscribers } = standIn;
    if (subscribers === undefined || !topic.endsWith(`:${names.alarmTopic}`))
      return new Xml(
        '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>NotFound</Code><Message>Topic does not exist</Message></Error></ErrorResponse>',
        404,
      );
    const member = (arn: string) => (endpoint: string) =>
      `<member><TopicArn>${topic}</TopicArn><Protocol>email</Protocol><SubscriptionArn>${arn}</SubscriptionArn><Endpoint>${endpoint}</Endpoint></member>`;
    const members = [
      ...subscribers.confirmed.map(member(`${topic}:6b0e71bd`)),
      ...subscribers.waiting.map(member("PendingConfirmation")),
    ];
    return new Xml(
      `<ListSubscriptionsByTopicResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListSubscriptionsByTopicResult><Subscriptions>${members.join("")}</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`,
    );
  }

  async function lambda({ path, input }: ReceivedRequest): Promise<AwsAnswer> {
    const { pathname, searchParams } = new URL(path, aws.endpoint);
    const [, , kind, named = "", action] = pathname.split("/");
    const name = searchParams.get("FunctionName") ?? named;
    if (TIMEOUTS[name] === undefined)
      return new AwsFailure("ResourceNotFoundException", `Function not found: ${name}`, 404);
    if (kind === "event-source-mappings") return { EventSourceMappings: [mapping(name)] };
    if (action === "configuration") return configuration(name);
    invocations.push(input);
    if (name === names.archiver) return archiving.shift() ?? { files: 0, rows: 0, isUnfinished: false };
    return isTestEvent(input) ? testChannels(input, telling) : stack.poll(input);
  }

  const TIMEOUTS: Record<string, number> = {
    [names.fetcher]: FETCHER_TIMEOUT_SECONDS,
    [names.consumer]: CONSUMER_TIMEOUT_SECONDS,
    [names.profiler]: PROFILER_TIMEOUT_SECONDS,
    [names.prices]: PRICES_TIMEOUT_SECONDS,
    [names.reporter]: REPORTER_TIMEOUT_SECONDS,
    [names.archiver]: ARCHIVER_TIMEOUT_SECONDS,
  };

  const telling = {
    channels: {
      list: async () =>
        [...parameters]
          .filter(([path]) => path.startsWith(names.channelPath))
          .map(([path, { value }]) => parseChannel(path.slice(names.channelPath.length), JSON.parse(value))),
    },
    send: createSend({ fetch, sns: undefined, topicArn: undefined }),
    clock: systemClock,
  };

  const QUEUES: Record<string, string> = {
    [names.consumer]: names.measurementQueue,
    [names.profiler]: names.profileQueue,
  };

  function configuration(FunctionName: string) {
    const Variables = {
      STAGE: "local",
      ...tableVariables(names),
      MEASUREMENT_QUEUE_URL: endpoints.queueUrl,
      MEASUREMENT_DLQ_URL: endpoints.dlqUrl,
      PROFILE_DLQ_URL: new URL(names.profileDlq, endpoints.queueUrl).href,
      CHANNEL_PATH: names.channelPath,
      PROFILE_QUEUE_URL: new URL(names.profileQueue, endpoints.queueUrl).href,
      ENERGYLIVE_API_URL: endpoints.api,
      API_KEY_PATH: names.apiKeyPath,
      ARCHIVERS: "2",
      ARCHIVE_BUCKET: "archive-of-the-stage",
    };
    return {
      FunctionName,
      State: "Active",
      Runtime: "nodejs24.x",
      Timeout: TIMEOUTS[FunctionName],
      MemorySize: 256,
      Environment: { Variables },
      ...changed.get(FunctionName),
    };
  }

  function mapping(name: string) {
    return {
      EventSourceArn: `arn:aws:sqs:eu-central-1:000000000000:${QUEUES[name] ?? ""}`,
      State: "Enabled",
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ...changed.get(`${name} event source`),
    };
  }

  const standIn: StandInAws = {
    env: {
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: "x",
      AWS_SECRET_ACCESS_KEY: "x",
      AWS_ENDPOINT_URL: aws.endpoint,
    },
    parameters,
    invocations,
    archiving,
    changed,
    subscribers: undefined,
    moveTasks,
    calls,
    [Symbol.asyncDispose]: () => aws[Symbol.asyncDispose](),
  };
  return standIn;
}

function ssm(
  operation: string,
  input: Record<string, string>,
  parameters: StandInAws["parameters"],
): AwsAnswer {
  const { Name = "", Value = "", Type = "", Path = "" } = input;
  const found = parameters.get(Name);
  switch (operation) {
    case "PutParameter":
      parameters.set(Name, { value: Value, type: Type });
      return { Version: 1 };
    case "GetParameter":
      return found === undefined
        ? new AwsFailure("ParameterNotFound", Name)
        : { Parameter: { Name, Value: found.value } };
    case "DeleteParameter":
      return parameters.delete(Name) ? {} : new AwsFailure("ParameterNotFound", Name);
    default: {
      const below = [...parameters.keys()].filter((name) => name.startsWith(Path));
      const now = Date.now() / 1000;
      return {
        Parameters: below.map((name) => ({
          Name: name,
          LastModifiedDate: now,
          ...(input.WithDecryption ? { Value: parameters.get(name)?.value } : {}),
        })),
      };
    }
  }
}
