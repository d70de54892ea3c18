import { Bell } from "@energylive/api/live/bell";
import type { Clock } from "@energylive/core/clock";
import { reportOn } from "@energylive/core/device/health";
import type { DeviceRegistry } from "@energylive/core/device/registry";
import type { Log } from "@energylive/core/log";
import { connect } from "mqtt";

import {
  configsOf,
  OFFLINE,
  ONLINE,
  type Retained,
  statesOf,
  statusTopic,
  type Topics,
} from "./discovery.ts";

/** A broker that is away is tried again so often. */
const RECONNECT_MS = 5_000;

/** At least once: everything is retained, so a repetition changes nothing. */
const KEPT = { qos: 1, retain: true } as const;

export interface MqttOptions {
  /** With user and password, where the broker asks for them; never logged. */
  url: string;
  /** Of the stage: a part of every topic. */
  stage: string;
  /** Home Assistant's prefix of discovery. */
  discovery: string;
  registry: Pick<DeviceRegistry, "all">;
  isRunning: boolean;
  everyMs: number;
  clock: Clock;
  log: Log;
  /** Told after the broker has everything of a round. */
  onPublished?: (devices: number) => void;
  reconnectMs?: number;
}

export interface MqttPublisher {
  /** Says that every sensor is unavailable, and leaves. */
  stop(): Promise<void>;
}

/**
 * Publishes every device to an MQTT broker, with what Home Assistant needs to make sensors of it. A broker that was away, and a Home Assistant that
 * has started anew, get every device again.
 */
export function startMqtt(options: MqttOptions): MqttPublisher {
  const { registry, isRunning, clock, log, discovery } = options;
  const topics: Topics = { base: `energylive/${options.stage}`, discovery };
  const { host } = new URL(options.url);
  const client = connect(options.url, {
    will: { topic: statusTopic(topics), payload: Buffer.from(OFFLINE), ...KEPT },
    reconnectPeriod: options.reconnectMs ?? RECONNECT_MS,
    // What changes while the broker is away is published anew when it is back.
    queueQoSZero: false,
  });
  const bell = new Bell();
  const stopping = new AbortController();
  /** What the broker has, by topic. */
  let told = new Map<string, string>();
  /** Counts what makes everything that was told void. */
  let generation = 0;

  const forget = () => {
    generation += 1;
    told = new Map();
    bell.ring();
  };
  client.on("connect", () => {
    log.info({ event: "mqtt_connected", host });
    // The birth message of Home Assistant: it has forgotten what it was told.
    client.subscribe(`${discovery}/status`);
    forget();
  });
  client.on("message", (topic, payload) => {
    if (topic === `${discovery}/status` && payload.toString() === ONLINE) forget();
  });
  client.on("error", (error) => log.warn({ event: "mqtt_failed", host, error: error.message }));
  client.on("close", () => log.debug({ event: "mqtt_closed", host }));

  async function publish(): Promise<void> {
    if (!client.connected) return;
    const current = generation;
    const wanted: Retained[] = [{ topic: statusTopic(topics), payload: ONLINE }];
    let devices = 0;
    for await (const registered of registry.all()) {
      const { device } = registered;
      if (device === undefined) continue;
      devices += 1;
      const { health } = reportOn(registered, clock.now(), isRunning);
      wanted.push(
        ...configsOf(device, topics),
        ...statesOf(device, health === "ok" || health === "new", topics),
      );
    }
    const there = new Set(wanted.map(({ topic }) => topic));
    // An empty configuration removes a sensor.
    for (const topic of told.keys()) if (!there.has(topic)) wanted.push({ topic, payload: "" });
    for (const { topic, payload } of wanted) {
      if (generation !== current) return;
      if (told.get(topic) === payload) continue;
      await client.publishAsync(topic, payload, KEPT);
      if (generation !== current) return;
      if (payload === "") told.delete(topic);
      else told.set(topic, payload);
    }
    options.onPublished?.(devices);
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await publish().catch((error: unknown) => log.warn({ event: "mqtt_not_published", host, error }));
      await bell.wait(options.everyMs, stopping.signal);
    }
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      // Without a broker nobody waits for what it should be told; its last will has spoken.
      if (!client.connected) return client.endAsync(true);
      await running;
      await client.publishAsync(statusTopic(topics), OFFLINE, KEPT);
      await client.endAsync();
    },
  };
}
