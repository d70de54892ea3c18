import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DEFAULT_TIME_ZONE } from "@energylive/core/device/device";
import { createPointReader } from "@energylive/core/measurement/points";
import { measuredDays, rebuildDay } from "@energylive/core/profile/rebuild";
import { createProfileStore } from "@energylive/core/profile/store";
import type { ResourceNames } from "@energylive/core/settings/names";

/** Computes the load profiles of measurements that a test has written past the queue. */
export async function profileAll(
  deviceIds: readonly string[],
  {
    dynamodb,
    names,
  }: { dynamodb: DynamoDBClient; names: Pick<ResourceNames, "measurementsTable" | "profilesTable"> },
  range: { since?: number; until?: number } = {},
): Promise<void> {
  const context = {
    points: createPointReader({ dynamodb, table: names.measurementsTable }),
    profiles: createProfileStore({ dynamodb, table: names.profilesTable }),
  };
  for (const id of deviceIds)
    for await (const day of measuredDays(context.points, id, DEFAULT_TIME_ZONE, range))
      await rebuildDay(id, day, DEFAULT_TIME_ZONE, context);
}
