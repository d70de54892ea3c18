import { type AttributeValue, type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { readDepth } from "@energylive/core/queue/depth";
import type { ResourceNames } from "@energylive/core/settings/names";

import { takeAll } from "../../support/queues.ts";
import type { Evidence, StoredProfile } from "../checker/evidence.ts";
import type { World } from "./world.ts";

/** What lies in tables and queues when a run is over, read past the proxies; and whether any of it shows the key. */
export async function collectEvidence(world: World): Promise<{ evidence: Evidence; leaks: string[] }> {
  const { api, dynamodb, sqs, services, journal, holdsKey } = world;
  await journal.settled();
  const items = await scan(dynamodb, services.names.measurementsTable);
  const profiles = await scan(dynamodb, services.names.profilesTable);
  const devices = await scan(dynamodb, services.names.devicesTable);
  const dead = await takeAll(sqs, services.dlqUrl);
  const queued = await takeAll(sqs, services.queueUrl);
  const texts = [...items, ...profiles, ...devices, ...dead, ...queued].map((found) => JSON.stringify(found));
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
      profiles: profiles.map(profileItem),
      runs: journal.runs,
      failedPolls: journal.failedPolls,
      unsavedStates: journal.unsavedStates,
    },
  };
}

/** Messages of both queues that are not done with, delayed ones included. */
export async function queueDepth({ sqs, services }: World): Promise<number> {
  const depths = await Promise.all(
    [services.queueUrl, services.profileQueueUrl].map((url) => readDepth(sqs, url)),
  );
  return depths.reduce((sum, { waiting, inFlight }) => sum + waiting + inFlight, 0);
}

/** What an account of the load profiles needs. */
export async function collectProfiles(
  dynamodb: DynamoDBClient,
  names: Pick<ResourceNames, "measurementsTable" | "profilesTable">,
): Promise<Pick<Evidence, "stored" | "profiles">> {
  return {
    stored: (await scan(dynamodb, names.measurementsTable)).map(textItem),
    profiles: (await scan(dynamodb, names.profilesTable)).map(profileItem),
  };
}

function profileItem({
  device_id,
  day,
  import_wh,
  export_wh,
}: Record<string, AttributeValue>): StoredProfile {
  return {
    device_id: device_id?.S ?? "",
    day: day?.S ?? "",
    import_wh: numbers(import_wh),
    export_wh: numbers(export_wh),
  };
}

function numbers(list: AttributeValue | undefined): (number | null)[] {
  return (list?.L ?? []).map(({ N }) => (N === undefined ? null : Number(N)));
}

export async function scan(
  dynamodb: DynamoDBClient,
  table: string,
): Promise<Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName: table }))
    items.push(...Items);
  return items;
}

function textItem(item: Record<string, AttributeValue>): Record<string, string> {
  return Object.fromEntries(Object.entries(item).map(([name, { S, N }]) => [name, S ?? N ?? "(other)"]));
}
