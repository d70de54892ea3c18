/**
 * The past of simulated households, as if the collector had run all the time: for charts that need more than a test can
 * wait for.
 */
import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { DeviceState } from "@energylive/core/device/state";
import type { ResourceNames } from "@energylive/core/settings/names";
import { createFleet, type SimulatedDevice } from "@energylive/simulator/fleet";
import { polledMeasurements } from "@energylive/simulator/polls";

import { profileAll } from "../../support/profiles.ts";
import { createTableWriter, type Sent } from "./measurements.ts";

/** The simulated API's own seed: its devices and these are the same. */
const SEED = 1;

const DEFAULT_POLL_MS = 300_000;

/** Written at once: limits the memory, and fills the writer's requests. */
const ITEMS_AT_ONCE = 1_000;

export interface HistoryOptions {
  dynamodb: DynamoDBClient;
  names: Pick<ResourceNames, "measurementsTable" | "devicesTable" | "profilesTable">;
  /** How many interfaces of the simulated API, from the first. Default 1. */
  devices?: number;
  /** Epoch milliseconds, not before 2020; `to` is not included. */
  from: number;
  to: number;
  /** Default five minutes. */
  pollEveryMs?: number;
  /** Only these types. Default: all that the device sends. */
  types?: readonly string[];
  /** Default: as `npm start` names them. */
  nameOf?: (index: number) => string;
  /** Polls of these times found nothing: a gap. */
  isGap?: (at: number, index: number) => boolean;
}

/**
 * Writes device items with their state, the measurements that polls between `from` and `to` would have brought, and their load profiles.
 * About 8,000 measurements a second; a day of all types of one device is about 2,200.
 *
 * @returns the ids of the devices
 */
export async function seedHistory(options: HistoryOptions): Promise<string[]> {
  const {
    dynamodb,
    names,
    from,
    to,
    devices: count = 1,
    nameOf = (index) => `Household ${index + 1}`,
  } = options;
  const fleet = createFleet(SEED);
  const devices = Array.from({ length: count }, () => fleet.add("interface"));
  const write = createTableWriter({ dynamodb, names });
  for (const [index, device] of devices.entries()) {
    const watermarks: Record<string, number> = {};
    let gathered: Sent[] = [];
    for (const measurement of historyOf(device, index, options, watermarks)) {
      gathered.push(measurement);
      if (gathered.length < ITEMS_AT_ONCE) continue;
      await write(gathered);
      gathered = [];
    }
    if (gathered.length > 0) await write(gathered);
    await dynamodb.send(
      new PutItemCommand({
        TableName: names.devicesTable,
        Item: {
          ...marshall({ device_id: device.id, name: nameOf(index) }),
          state: DeviceState.write({
            last_polled_at: new Date(options.to).toISOString(),
            last_success_at: new Date(options.to).toISOString(),
            consecutive_failures: 0,
            quarantined: [],
            seen: new Map(
              Object.entries(watermarks).map(([type, timestamp]) => [
                type,
                [{ timestamp, value: undefined }],
              ]),
            ),
          }),
        },
      }),
    );
  }
  const ids = devices.map(({ id }) => id);
  await profileAll(ids, { dynamodb, names }, { since: from, until: to });
  return ids;
}

/** @param watermarks filled as the fetcher would */
function* historyOf(
  device: SimulatedDevice,
  index: number,
  { from, to, pollEveryMs: everyMs = DEFAULT_POLL_MS, types, isGap }: HistoryOptions,
  watermarks: Record<string, number>,
): Generator<Sent> {
  const isMissed = (at: number) => isGap?.(at, index) === true;
  for (const sent of polledMeasurements(device, { from, to, everyMs, isMissed })) {
    const { measurement, timestamp, value, collectedAt } = sent;
    if (types !== undefined && !types.includes(measurement)) continue;
    watermarks[measurement] = timestamp;
    yield { device_id: device.id, measurement_type: measurement, timestamp, value, collectedAt };
  }
}
