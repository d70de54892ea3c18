import { type AttributeValue, type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";

import type { Evidence } from "../checker/evidence.ts";
import type { World } from "./world.ts";

/** What lies in tables and queues when a run is over, read past the proxies; and whether any of it shows the key. */
export async function collectEvidence(world: World): Promise<{ evidence: Evidence; leaks: string[] }> {
  const { api, dynamodb, services, journal, holdsKey } = world;
  await journal.settled();
  const items = await scan(dynamodb, services.names.measurementsTable);
  const devices = await scan(dynamodb, services.names.devicesTable);
  const dead = await takeAll(world, services.dlqUrl);
  const queued = await takeAll(world, services.queueUrl);
  const texts = [...items, ...devices, ...dead, ...queued].map((found) => JSON.stringify(found));
  texts.push(...journal.accepted.map(({ body }) => body));
  return {
    leaks: [...journal.leaks, ...texts.filter(holdsKey)],
    evidence: {
      answers: journal.answers,
      served: api.deviceIds.flatMap((deviceId) =>
        api
          .served(deviceId)
          .map(({ measurement: type, timestamp, value }) => ({ deviceId, type, timestamp, value })),
      ),
      accepted: journal.accepted,
      queued: queued.map(({ Body = "" }) => Body),
      dead: dead.map(({ Body = "", MessageAttributes }) => ({
        body: Body,
        reason: MessageAttributes?.failure_reason?.StringValue,
      })),
      stored: items.map(textItem),
      runs: journal.runs,
      failedPolls: journal.failedPolls,
    },
  };
}

/** Messages of the measurement queue that are not done with, delayed ones included. */
export async function queueDepth({ sqs, services }: World): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: services.queueUrl, AttributeNames: ["All"] }),
  );
  const waiting = Number(Attributes.ApproximateNumberOfMessages ?? 0);
  const inFlight = Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0);
  return waiting + inFlight + Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0);
}

export async function scan(
  dynamodb: DynamoDBClient,
  table: string,
): Promise<Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  let from: ScanCommand["input"]["ExclusiveStartKey"];
  do {
    const page = await dynamodb.send(new ScanCommand({ TableName: table, ExclusiveStartKey: from }));
    items.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return items;
}

/** Receives in flight at one time: a long run leaves many thousands of dead messages. */
const RECEIVERS = 8;

async function takeAll({ sqs }: World, QueueUrl: string): Promise<Message[]> {
  const taken: Message[] = [];
  async function take(): Promise<void> {
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] }),
      );
      if (Messages.length === 0) return;
      taken.push(...Messages);
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
  }
  await Promise.all(Array.from({ length: RECEIVERS }, take));
  return taken;
}

function textItem(item: Record<string, AttributeValue>): Record<string, string> {
  return Object.fromEntries(Object.entries(item).map(([name, { S, N }]) => [name, S ?? N ?? "(other)"]));
}
