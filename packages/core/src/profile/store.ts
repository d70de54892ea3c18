import { type DynamoDBClient, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";

import type { Late } from "../archive/late.ts";
import { getItems } from "../batch-get.ts";
import { itemsOfDays } from "../day-items.ts";
import { unlessConditionFails } from "../device/condition.ts";
import { type Profile, profileItem, readProfile } from "./profile.ts";
import { daysAround } from "./quarter-hours.ts";

/** The load profiles of devices. DynamoDB errors pass through. */
export interface ProfileStore {
  /**
   * The profiles of a device from day `since` to day `until`, both included, in order: a year is one page of DynamoDB. Days without
   * a profile are left out.
   */
  read(deviceId: string, since: string, until: string): Promise<Profile[]>;
  /** The first day of a device that has a profile. */
  firstDay(deviceId: string): Promise<string | undefined>;
  /** The profiles of many devices' days, in any order. Days without a profile are left out; one written a moment ago may be too. */
  readDays(days: readonly Pick<Profile, "device_id" | "day">[]): Promise<Profile[]>;
  /**
   * Writes a profile with the next version, if the stored one still has `profile.version`.
   *
   * @returns whether it was written
   */
  write(profile: Profile): Promise<boolean>;
}

/**
 * The profiles of the days that a range touches, and of one day on either side: a day of another zone may begin up to a day earlier. What
 * adds them up leaves out what lies outside. DynamoDB errors pass through.
 */
export function profilesAround(
  store: Pick<ProfileStore, "read">,
  { device_id, time_zone }: { device_id: string; time_zone: string },
  range: { from: number; to: number },
): Promise<Profile[]> {
  const { since, until } = daysAround(time_zone, range);
  return store.read(device_id, since, until);
}

/** @param options.late for whoever writes: where the archiver is told of days that it may have been at already */
export function createProfileStore(options: {
  dynamodb: DynamoDBClient;
  table: string;
  late?: Pick<Late, "profiled">;
}): ProfileStore {
  const { dynamodb, table, late } = options;
  return {
    async read(deviceId, since, until) {
      const partition = ["device_id", deviceId] as const;
      // A version that was just written must be seen, or the next write fails for nothing.
      const items = await itemsOfDays({ ...options, partition, since, until, isConsistent: true });
      return items.map(readProfile);
    },

    async firstDay(deviceId) {
      const { Items = [] } = await dynamodb.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: "device_id = :device",
          ExpressionAttributeValues: { ":device": { S: deviceId } },
          Limit: 1,
        }),
      );
      return Items[0]?.day?.S;
    },

    async readDays(days) {
      const keys = days.map(({ device_id, day }) => ({ device_id: { S: device_id }, day: { S: day } }));
      return (await getItems(options, keys)).map(readProfile);
    },

    async write(profile) {
      // Before it is written, for whoever dies in between. A late reading also changes the days of the gap before it.
      await late?.profiled(profile.day);
      const isFirst = profile.version === 0;
      return unlessConditionFails(
        dynamodb.send(
          new PutItemCommand({
            TableName: table,
            Item: profileItem({ ...profile, version: profile.version + 1 }),
            ConditionExpression: isFirst ? "attribute_not_exists(device_id)" : "version = :version",
            ...(isFirst ? {} : { ExpressionAttributeValues: { ":version": { N: String(profile.version) } } }),
          }),
        ),
      );
    },
  };
}
