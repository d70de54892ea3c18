import { createLog } from "@energylive/core/log";
import { ConsumerEnvironment, parseEnvironment, tableVariables } from "@energylive/core/settings/environment";
import { resourceNames } from "@energylive/core/settings/names";
import {
  CONSUMER_TIMEOUT_SECONDS,
  DLQ_SETTINGS,
  EVENT_SOURCE_MAPPING,
  QUEUE_SETTINGS,
} from "@energylive/core/settings/pipeline";
import { createBatchDynamoDB, createSqs } from "@energylive/functions/clients";
import { createConsumerHandler } from "@energylive/functions/consumer-handler";
import { awsConfig } from "@energylive/local/services/loopback";
import { unit } from "@energylive/simulator/random";

import type { Pace } from "../../../stacks/capacity.ts";
import { randomStage } from "../../support/services.ts";
import { SimulatedClock } from "./clock.ts";
import { type SimulatedMapping, startSimulatedMapping } from "./mapping.ts";
import { SimulatedQueue } from "./queue.ts";
import { startSimulatedSqs } from "./sqs.ts";
import { SimulatedTable } from "./table.ts";

/** The real consumer between a simulated queue and a simulated table, at the configured settings. */
export interface SimulatedPipeline extends AsyncDisposable {
  clock: SimulatedClock;
  queue: SimulatedQueue;
  dlq: SimulatedQueue;
  table: SimulatedTable;
  mapping: SimulatedMapping;
  /** The most receives that a message has had since it was last asked. */
  mostReceives(): number;
  /** Messages that the consumer gave back since this was last asked, counted each time. */
  returned(): number;
  /** What the profiler is told. */
  profiles: SimulatedQueue;
  dynamodbEndpoint: string;
  sqsEndpoint: string;
}

export const STARTS_AT = Date.parse("2024-09-17T08:00:00.000Z");
export const STAGE = randomStage();
export const NAMES = resourceNames(STAGE);

/** @param options.tables the endpoint of a DynamoDB with the tables of `NAMES`, for measurements that are read again */
export async function startPipeline(
  options: { seed?: number; pace?: Pace; tables?: string } = {},
): Promise<SimulatedPipeline> {
  const { seed = 1, pace, tables } = options;
  await using resources = new AsyncDisposableStack();
  const clock = new SimulatedClock(STARTS_AT);
  const dlq = new SimulatedQueue({ clock, retentionSeconds: DLQ_SETTINGS.retentionSeconds });
  const { maxReceiveCount, ...settings } = QUEUE_SETTINGS;
  const queue = new SimulatedQueue({ clock, ...settings, redrive: { maxReceiveCount, to: dlq } });
  const table = new SimulatedTable(clock, tables);
  const dynamodbService = resources.use(await table.start());
  const profiles = new SimulatedQueue({ clock, ...settings });
  const queues = {
    [NAMES.measurementQueue]: queue,
    [NAMES.measurementDlq]: dlq,
    [NAMES.profileQueue]: profiles,
  };
  const sqsService = resources.use(await startSimulatedSqs(queues));
  const dynamodb = clock.watch(createBatchDynamoDB(awsConfig(dynamodbService.endpoint)));
  const sqs = clock.watch(createSqs(awsConfig(sqsService.endpoint)));
  resources.defer(() => [dynamodb, sqs].forEach((client) => void client.destroy()));

  let drawn = 0;
  let returned = 0;
  const handler = createConsumerHandler({
    environment: parseEnvironment(ConsumerEnvironment, {
      STAGE,
      ...tableVariables(NAMES),
      MEASUREMENT_QUEUE_URL: `${sqsService.endpoint}/0/${NAMES.measurementQueue}`,
      MEASUREMENT_DLQ_URL: `${sqsService.endpoint}/0/${NAMES.measurementDlq}`,
      PROFILE_QUEUE_URL: `${sqsService.endpoint}/0/${NAMES.profileQueue}`,
    }),
    dynamodb,
    sqs,
    clock,
    random: () => unit(seed, drawn++),
    log: createLog({ level: "silent" }),
    report: ({ failedMessageIds }) => {
      returned += failedMessageIds.length;
    },
  });
  let most = 0;
  const mapping = startSimulatedMapping({
    clock,
    queue,
    settings: { ...EVENT_SOURCE_MAPPING, ...pace },
    handler(event) {
      for (const { attributes } of event.Records)
        most = Math.max(most, Number(attributes.ApproximateReceiveCount));
      const endsAt = clock.now() + CONSUMER_TIMEOUT_SECONDS * 1000;
      return handler(event, { getRemainingTimeInMillis: () => endsAt - clock.now() });
    },
  });
  resources.defer(() => mapping.stop());
  const owned = resources.move();
  return {
    clock,
    queue,
    dlq,
    table,
    mapping,
    profiles,
    dynamodbEndpoint: dynamodbService.endpoint,
    sqsEndpoint: sqsService.endpoint,
    mostReceives() {
      const counted = most;
      most = 0;
      return counted;
    },
    returned() {
      const counted = returned;
      returned = 0;
      return counted;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The message of the `index`-th device's measurement at `timestamp`. */
export function messageBody(
  index: number,
  timestamp: number,
  measurement_type = "0100010700",
  value = index,
): string {
  const device_id = `I-10082023-${String(index).padStart(8, "0")}`;
  return JSON.stringify({
    v: 1,
    device_id,
    measurement_type,
    timestamp,
    value,
    collection_time: new Date(timestamp).toISOString(),
    retention_days: 365,
  });
}
