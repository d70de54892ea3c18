import {
  ListSubscriptionsByTopicCommand,
  NotFoundException,
  SNSClient,
  type Subscription,
} from "@aws-sdk/client-sns";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

import type { Stage } from "../stage/stage.ts";
import { type Check, note, ok, wrong } from "./check.ts";

/** What SNS answers in place of the ARN of a subscription whose link was not opened. */
const UNCONFIRMED = "PendingConfirmation";

/** Who is told when an alarm rings. */
export async function checkAlarms({ names }: Stage): Promise<Check> {
  const subscriptions = await subscriptionsOf(names.alarmTopic);
  if (subscriptions === undefined)
    return note("alarms", "there are none: ENERGYLIVE_MONITORING was off when the stage was deployed");
  const waiting = subscriptions.filter(({ SubscriptionArn }) => SubscriptionArn === UNCONFIRMED);
  if (waiting.length > 0)
    return wrong(
      "alarms",
      `${endpoints(waiting)} is not told yet: the subscription is not confirmed`,
      "open the link in the mail that AWS sent (look in the spam folder too); SNS in the console sends it again",
    );
  if (subscriptions.length === 0)
    return note(
      "alarms",
      "ring, but no one is told: set ENERGYLIVE_ALARM_EMAIL and deploy again, or subscribe to the topic",
    );
  return ok("alarms", `are sent to ${endpoints(subscriptions)}`);
}

function endpoints(subscriptions: readonly Subscription[]): string {
  return subscriptions.map(({ Endpoint = "an unknown endpoint" }) => Endpoint).join(", ");
}

/** The first hundred; `undefined` if there is no such topic. */
async function subscriptionsOf(topic: string) {
  const [sns, sts] = [new SNSClient({}), new STSClient({})];
  try {
    const { Account, Arn = "" } = await sts.send(new GetCallerIdentityCommand({}));
    const [, partition] = Arn.split(":");
    const TopicArn = `arn:${partition}:sns:${await sns.config.region()}:${Account}:${topic}`;
    return (await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions ?? [];
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  } finally {
    sns.destroy();
    sts.destroy();
  }
}
