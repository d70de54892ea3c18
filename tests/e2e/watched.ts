import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { AlertRule } from "@energylive/core/alert/rule";
import { type Alert, createAlertStore } from "@energylive/core/alert/store";
import { createLog } from "@energylive/core/log";
import { serializeRange } from "@energylive/core/profile/message";
import { emptyProfile } from "@energylive/core/profile/profile";
import { namedDay } from "@energylive/core/profile/quarter-hours";
import { createProfileStore } from "@energylive/core/profile/store";
import { ProfilerEnvironment, parseEnvironment, tableVariables } from "@energylive/core/settings/environment";
import { createProfilerHandler } from "@energylive/functions/profiler-handler";

import { createTableWriter } from "../api/support/measurements.ts";
import { NOBODY } from "../support/nobody.ts";
import { sqsEvent } from "../support/sqs-event.ts";
import { type Collector, startCollector } from "./collector.ts";

export const ZONE = "Europe/Vienna";
export const MINUTE = 60_000;
export const DRAWN = "0100010700";
export const REGISTER = "0100010800";

/** A Wednesday, noon in Vienna. */
export const NOON = Date.parse("2026-11-25T11:00:00Z");

/** A household of which a test says what was measured, and when the profiler looks. */
export interface World extends AsyncDisposable {
  collector: Collector;
  id: string;
  clock: { at: number };
  watch(rules: AlertRule[] | undefined, fields?: Record<string, unknown>): Promise<void>;
  /** Drawn power every five minutes, the last one at `until`. */
  power(until: number, ...watts: number[]): Promise<void>;
  /** The drawn register so many minutes after noon, above what it was then. */
  register(minute: number, wh: number): Promise<void>;
  /** A load profile of a day with the same energy in each quarter-hour; `null` after `quarters`. */
  profile(day: string, wh: number, quarters?: number): Promise<void>;
  /** The profiler is told of what was stored at these times. */
  look(from: number, to?: number, client?: DynamoDBClient): Promise<string[]>;
  alerts(): Promise<Alert[]>;
}

export async function startWorld(at = NOON): Promise<World> {
  const collector = await startCollector({ devices: 1 });
  const [id = ""] = collector.ids;
  const clock = { at };
  const { dynamodb, names, sqs, endpoints } = collector.stack;
  const write = createTableWriter({ dynamodb, names });
  const profiles = createProfileStore({ dynamodb, table: names.profilesTable });
  const store = createAlertStore({ dynamodb, table: names.alertsTable });
  return {
    collector,
    id,
    clock,
    watch: (alerts, fields = {}) =>
      collector.put({ device_id: id, ...(alerts === undefined ? {} : { alerts }), ...fields }),
    power: (until, ...watts) =>
      write(
        watts.map((value, index) => ({
          device_id: id,
          measurement_type: DRAWN,
          timestamp: until - (watts.length - 1 - index) * 5 * MINUTE,
          value,
        })),
      ),
    register: (minute, wh) =>
      write([
        { device_id: id, measurement_type: REGISTER, timestamp: NOON + minute * MINUTE, value: 10_000 + wh },
      ]),
    async profile(day, wh, quarters = 96) {
      const empty = emptyProfile(id, namedDay(ZONE, day), ZONE);
      await profiles.write({
        ...empty,
        import_wh: empty.import_wh.map((_, index) => (index < quarters ? wh : null)),
        quality: "m".repeat(quarters).padEnd(empty.quality.length, "-"),
      });
    },
    async look(from, to = from, client = dynamodb) {
      const handler = createProfilerHandler({
        ...NOBODY,
        environment: parseEnvironment(ProfilerEnvironment, {
          STAGE: "test",
          ...tableVariables(names),
          PROFILE_QUEUE_URL: new URL(names.profileQueue, endpoints.queueUrl).href,
          PROFILE_DLQ_URL: endpoints.dlqUrl,
          CHANNEL_PATH: names.channelPath,
        }),
        dynamodb: client,
        sqs,
        clock: { now: () => clock.at, sleep: async () => {} },
        random: Math.random,
        log: createLog({ level: "silent" }),
        report: () => {},
      });
      const body = serializeRange({ device_id: id, from, to });
      const { batchItemFailures } = await handler(sqsEvent([body]), {
        getRemainingTimeInMillis: () => 120_000,
      });
      return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    },
    alerts: () => store.history(id),
    [Symbol.asyncDispose]: () => collector[Symbol.asyncDispose](),
  };
}

/** Fails at its `count`-th request to the alerts table, before or after the table has got it. */
export function dyingClient(
  client: DynamoDBClient,
  table: string,
  count: number,
  isReached: boolean,
): DynamoDBClient {
  let requests = 0;
  return new Proxy(client, {
    get(target, property) {
      if (property !== "send") return Reflect.get(target, property);
      return async (command: { input: { TableName?: string } }, ...rest: unknown[]) => {
        const isCounted = command.input.TableName === table && ++requests === count;
        if (isCounted && !isReached) throw new Error("killed");
        const answer = await Reflect.apply(target.send, target, [command, ...rest]);
        if (isCounted) throw new Error("killed");
        return answer;
      };
    },
  });
}
