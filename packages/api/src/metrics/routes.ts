import type { Clock } from "@energylive/core/clock";
import { HEALTHS } from "@energylive/core/device/health";
import { lastSeen, newestMeasurementAt } from "@energylive/core/device/seen";
import { PROFILE_TYPES } from "@energylive/core/profile/message";
import { readDepth } from "@energylive/core/queue/depth";
import type { Queues } from "@energylive/core/queue/queues";
import type { Hono } from "hono";
import { Counter, Gauge, Registry } from "prom-client";

import type { DeviceDirectory } from "../devices/directory.ts";
import { powerNow } from "../devices/figures.ts";

/** What a scrape reads: the devices with what they sent last, and the queues. */
export interface MetricParts {
  directory: DeviceDirectory;
  queues: () => Promise<Queues>;
  clock: Clock;
}

/** `GET /metrics` for Prometheus. Nothing is kept between two scrapes. */
export function addMetricRoutes(app: Hono, parts: MetricParts): void {
  app.get("/metrics", async (context) => {
    const registry = await metricsOf(parts);
    return context.body(await registry.metrics(), 200, { "content-type": registry.contentType });
  });
}

const DEVICE = ["device_id", "name"] as const;

async function metricsOf({ directory, queues, clock }: MetricParts): Promise<Registry> {
  const registers = [new Registry()];
  const [registry = new Registry()] = registers;
  const gauge = <const Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name: `energylive_${name}`, help, labelNames, registers });
  const counter = (name: string, help: string) =>
    new Counter({ name: `energylive_${name}`, help, labelNames: DEVICE, registers });
  const power = gauge("power_watts", "Drawn minus fed-in power, as sent last", DEVICE);
  const drawn = counter("import_watt_hours_total", "Energy drawn from the grid, as the meter counts it");
  const fedIn = counter("export_watt_hours_total", "Energy fed into the grid, as the meter counts it");
  const age = gauge("measurement_age_seconds", "How old the newest measurement is", DEVICE);
  const failures = gauge("consecutive_failures", "Polls that failed one after the other", DEVICE);
  const health = gauge("devices", "Devices by their health", ["health"]);
  const messages = gauge("queue_messages", "Messages of the measurement queue", ["state"]);
  const letters = gauge("dead_letters", "Messages in the measurements' dead-letter queue", []);

  const now = clock.now();
  const { devices, counts } = await directory.current();
  for (const each of HEALTHS) health.set({ health: each }, counts[each]);
  for (const { device } of devices) {
    if (device === undefined) continue;
    const { device_id, name = device_id, state } = device;
    const labels = { device_id, name };
    const watts = powerNow(device, now);
    if (watts !== null) power.set(labels, watts);
    for (const [register, type] of [
      [drawn, PROFILE_TYPES.import],
      [fedIn, PROFILE_TYPES.export],
    ] as const) {
      const value = Number(lastSeen(state.seen, type)?.value);
      if (value >= 0) register.inc(labels, value);
    }
    const newest = newestMeasurementAt(state.seen, now);
    if (newest !== undefined) age.set(labels, Math.max(0, now - newest) / 1_000);
    failures.set(labels, state.consecutive_failures);
  }
  const { sqs, queueUrl, dlqUrl } = await queues();
  const [queue, dlq] = await Promise.all([readDepth(sqs, queueUrl), readDepth(sqs, dlqUrl)]);
  messages.set({ state: "waiting" }, queue.waiting);
  messages.set({ state: "in_flight" }, queue.inFlight);
  letters.set(dlq.waiting + dlq.inFlight);
  return registry;
}
