import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { type Alert, type AlertStore, alertKeyOf, createAlertStore } from "@energylive/core/alert/store";
import { createLog } from "@energylive/core/log";
import { type Channel, type ParsedChannel, parseChannel } from "@energylive/core/notify/channel";
import type { ChannelError } from "@energylive/core/notify/channel-error";
import { serializeEvent } from "@energylive/core/notify/message";
import type { Notification } from "@energylive/core/notify/notification";
import type { Send } from "@energylive/core/notify/send";
import { ProfilerEnvironment, parseEnvironment, tableVariables } from "@energylive/core/settings/environment";
import { resourceNames } from "@energylive/core/settings/names";
import { createDynamoDB, createSqs } from "@energylive/functions/clients";
import { createProfilerHandler } from "@energylive/functions/profiler-handler";
import { startDynamoDB } from "@energylive/local/services/dynamodb";
import { awsConfig } from "@energylive/local/services/loopback";
import { expect } from "vitest";
import { type AwsRequest, startAws } from "./aws.ts";
import { sqsEvent } from "./sqs-event.ts";

const MINUTE = 60_000;

/** Noon in Vienna. */
export const NOON = Date.parse("2026-11-25T11:00:00Z");

/** Where people are told of alerts: tables and queues of a test. */
export interface Telling extends AsyncDisposable {
  /** What went to the dead-letter queue since the last scene began. */
  readonly quarantined: readonly { body: string; reason: string; detail: string }[];
  /** For how many seconds messages were given back. */
  readonly rests: readonly number[];
  alerts: AlertStore;
  /** @param channels their settings by name; through the stage's topic unless they say otherwise */
  scene(channels: Record<string, object>, device?: Record<string, unknown>): Promise<Scene>;
}

/** A stage of one device, whose people are told by `channels`. */
interface Scene {
  now: number;
  told: { channel: string; title: string; text: string }[];
  /** By channel: why it does not take anything. */
  failing: Map<string, ChannelError>;
  tell(...events: { alert: Alert; event: "opened" | "closed" }[]): Promise<string[]>;
  tellBodies(bodies: readonly string[]): Promise<string[]>;
  alert(fields?: Partial<Alert>): Promise<Alert>;
  close(alert: Alert): Promise<void>;
  stored(): Promise<Alert[]>;
}

export async function startTelling(): Promise<Telling> {
  await using started = new AsyncDisposableStack();
  const names = resourceNames("test");
  const folder = await mkdtemp(join(tmpdir(), "energylive-telling-"));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const database = await startDynamoDB({ folder, names });
  started.defer(() => database.stop());
  const dynamodb = createDynamoDB(awsConfig(database.endpoint));
  started.defer(() => dynamodb.destroy());
  const store = createAlertStore({ dynamodb, table: names.alertsTable });
  const sent = {
    quarantined: [] as { body: string; reason: string; detail: string }[],
    rests: [] as number[],
  };
  const queues = started.use(
    await startAws(({ operation, input }: AwsRequest) => {
      if (operation === "ChangeMessageVisibilityBatch")
        for (const { VisibilityTimeout } of input.Entries) sent.rests.push(VisibilityTimeout);
      if (operation !== "SendMessageBatch") return {};
      for (const { MessageBody: body, MessageAttributes: attributes } of input.Entries)
        sent.quarantined.push({
          body,
          reason: attributes.failure_reason.StringValue,
          detail: attributes.failure_detail.StringValue,
        });
      return { Successful: input.Entries.map(({ Id }: { Id: string }) => ({ Id, MessageId: Id })) };
    }),
  );
  const sqs = createSqs(queues.config);
  started.defer(() => sqs.destroy());
  let scenes = 0;

  async function scene(
    channels: Record<string, object>,
    device: Record<string, unknown> = {},
  ): Promise<Scene> {
    [sent.quarantined, sent.rests] = [[], []];
    scenes += 1;
    const device_id = `I-10082023-${String(scenes).padStart(8, "0")}`;
    await dynamodb.send(
      new PutItemCommand({
        TableName: names.devicesTable,
        Item: marshall({ device_id, name: "Household", ...device }),
      }),
    );
    const parsed: ParsedChannel[] = Object.entries(channels).map(([name, settings]) =>
      parseChannel(name, { kind: "sns", ...settings }),
    );
    const send: Send = async (channel: Channel, { title, text }: Notification) => {
      const error = one.failing.get(channel.name);
      if (error !== undefined) throw error;
      one.told.push({ channel: channel.name, title, text });
    };
    const handler = createProfilerHandler({
      environment: parseEnvironment(ProfilerEnvironment, {
        STAGE: "test",
        ...tableVariables(names),
        CHANNEL_PATH: names.channelPath,
        PROFILE_QUEUE_URL: "http://127.0.0.1/0/profiles",
        PROFILE_DLQ_URL: "http://127.0.0.1/0/profiles-dlq",
      }),
      dynamodb,
      sqs,
      channels: { list: async () => parsed, set: async () => {}, remove: async () => false },
      send,
      dashboardUrl: () => "http://127.0.0.1:8321",
      clock: { now: () => one.now, sleep: async () => {} },
      random: Math.random,
      log: createLog({ level: "silent" }),
      report: () => {},
    });
    const one: Scene = {
      now: NOON,
      told: [],
      failing: new Map(),
      tell: (...events) =>
        one.tellBodies(
          events.map(({ alert, event }) =>
            serializeEvent({ device_id, alert_key: alertKeyOf(alert), event }),
          ),
        ),
      async tellBodies(bodies) {
        const { batchItemFailures } = await handler(sqsEvent(bodies), {
          getRemainingTimeInMillis: () => 120_000,
        });
        return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
      },
      async alert(fields = {}) {
        const alert: Alert = {
          device_id,
          rule: { rule: "power_above", watts: 5_000, minutes: 15 },
          began: one.now - 15 * MINUTE,
          opened_at: new Date(one.now).toISOString(),
          value: 5_200,
          limit: 5_000,
          ...fields,
        };
        expect(await store.add(alert)).toBe(true);
        return alert;
      },
      async close(alert) {
        expect(await store.close(alert, new Date(one.now).toISOString(), alert.value)).toBe(true);
      },
      stored: () => store.history(device_id),
    };
    return one;
  }

  const owned = started.move();
  return {
    get quarantined() {
      return sent.quarantined;
    },
    get rests() {
      return sent.rests;
    },
    alerts: store,
    scene,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
