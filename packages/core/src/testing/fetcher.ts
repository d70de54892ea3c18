import { marshall } from "@aws-sdk/util-dynamodb";

import { AlertNotices } from "../alert/notice.ts";
import type { AlertRule } from "../alert/rule.ts";
import type { DecimalText } from "../decimal.ts";
import { type ParsedDevice, parseDevice } from "../device/device.ts";
import type { WrittenState } from "../device/state.ts";
import type { RequestOptions } from "../energylive/client.ts";
import type { LatestResponse } from "../energylive/latest.ts";
import { type FetcherContext, type FetcherSummary, parseFetcherEvent, runFetcher } from "../fetcher/run.ts";
import { ApiKey } from "../keys/api-key.ts";
import { createLog } from "../log.ts";
import type { QueueMessage } from "../queue/sender.ts";
import { type LeapingClock, leapingClock } from "./clock.ts";

export const NOW = Date.parse("2026-11-24T12:00:00.000Z");
export const iso = (ms: number) => new Date(ms).toISOString();
export const idOf = (index: number) => `I-10082023-${String(index).padStart(8, "0")}`;
export const ID = idOf(0);
export const STOP_AT = NOW + 60_000;

export const measurement = (measurement_type: string, timestamp = NOW - 1_000, value = "138") => ({
  measurement_type,
  timestamp,
  value: value as DecimalText,
});
export const answer = (...types: string[]): LatestResponse => ({
  measurements: types.map((type) => measurement(type)),
  invalid: [],
});

type TestQueue = "queue" | "dlq" | "profiles";

/** What a test's devices, API, keys and queues do; without a word they are there and do well. */
export interface Scene {
  items?: Record<string, unknown>[];
  latest?: (
    deviceId: string,
    options: RequestOptions,
    clock: LeapingClock,
  ) => Promise<LatestResponse> | LatestResponse;
  key?: (name: string) => ApiKey;
  /** Throws for what SQS does not accept. */
  send?: (queue: TestQueue, message: QueueMessage) => Promise<void> | void;
  saveState?: (deviceId: string) => boolean;
  alertRules?: AlertRule[];
  context?: Partial<FetcherContext>;
}

/** A run with these devices, between queues and an API that do as a test says. */
export async function run(scene: Scene, event: unknown = {}) {
  const { items = [{ device_id: ID }], latest = () => answer("a"), send = () => {} } = scene;
  const clock = leapingClock(NOW);
  const states = new Map<string, WrittenState>();
  const asked: string[] = [];
  const keys: string[] = [];
  const options: RequestOptions[] = [];
  const sent: Record<TestQueue, QueueMessage[]> = { queue: [], dlq: [], profiles: [] };
  const flushed = { queue: 0, dlq: 0, profiles: 0 };
  const lines: Record<string, unknown>[] = [];
  let scans = 0;
  const parsed = (): ParsedDevice[] => items.map((item) => parseDevice(marshall(item)));
  const sender = (name: TestQueue) => ({
    async send(message: QueueMessage) {
      await send(name, message);
      sent[name].push(message);
    },
    flush: () => {
      flushed[name] += 1;
    },
  });
  const log = createLog({
    level: "info",
    destination: { write: (line) => void lines.push(JSON.parse(line)) },
  });
  const context: FetcherContext = {
    devices: {
      async *scan() {
        scans += 1;
        yield* parsed();
      },
      async *named(ids) {
        for (const id of ids)
          yield parsed().find(({ device, invalid }) => (device ?? invalid)?.device_id === id) ?? {
            unknown: id,
          };
      },
      async saveState(deviceId, state) {
        if (scene.saveState?.(deviceId) === false) return false;
        states.set(deviceId, state);
        return true;
      },
    },
    api: {
      async latest(_key, deviceId, request = {}) {
        asked.push(deviceId);
        options.push(request);
        return latest(deviceId, request, clock);
      },
    },
    keys: {
      async get(name) {
        keys.push(name);
        return scene.key?.(name) ?? new ApiKey(name, "0123456789");
      },
    },
    queue: sender("queue"),
    dlq: sender("dlq"),
    clock,
    log,
    alerts: new AlertNotices({
      queue: sender("profiles"),
      defaultRules: scene.alertRules ?? [],
      delaySeconds: 30,
      log,
    }),
    stopAt: STOP_AT,
    pollDeadlineAt: STOP_AT + 10_000,
    maxOutstanding: 200,
    retentionDays: 365,
    ...scene.context,
  };
  const outcome: FetcherSummary = await runFetcher(parseFetcherEvent(event), context);
  const bodies = (name: TestQueue) => sent[name].map(({ body }) => JSON.parse(body));
  return { ...outcome, states, asked, keys, options, sent, bodies, flushed, lines, scans, clock };
}

export const events = (lines: readonly Record<string, unknown>[]) => lines.map(({ event }) => event);
