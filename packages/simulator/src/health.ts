/** What a device reports about itself. */

import { DAY_MS, HOUR_MS } from "./local-time.ts";
import type { Measurement } from "./measurement.ts";
import type { Sender } from "./meter.ts";
import { between, derive, mix, unit } from "./random.ts";
import { METERS_SINCE } from "./registers.ts";
import { MIDSUMMER_DAY, yearlySwing } from "./yearly.ts";

const HEALTH_INTERVAL_MS = HOUR_MS;

/** Radio values come with every few messages. */
const RADIO_INTERVAL_MS = 15 * 60_000;

const FULL_BATTERY_MV = 6_000;
const EMPTY_BATTERY_MV = 4_000;
const BATTERY_NOISE_MV = 6;

/** One health report in this many has an error code. */
const REPORTS_PER_ERROR = 500;

type Value = (at: number) => number;

/** Of an interface: battery, room, radio, memory. */
export function createInterfaceHealth(seed: number, number: number): Sender {
  const own = mix(derive(seed, "interface health"), number);
  return combine([
    report(own, HEALTH_INTERVAL_MS, {
      batteryVoltage: batteryMv(own),
      roomTemperature: roomCelsius(own),
      roomHumidity: (at) => round(between(own, 10, 35, 50) + 10 * noise(own ^ 10, at), 1),
      ...memory(own),
    }),
    report(own ^ 1, RADIO_INTERVAL_MS, {
      loraRssi: (at) => Math.round(between(own, 11, -110, -70) + 10 * noise(own ^ 11, at)),
      loraSnr: (at) => round(between(own, 12, -8, 6) + 8 * noise(own ^ 12, at), 0.25),
      messageCount: messageCount(own),
    }),
  ]);
}

/** Of a gateway, which has a power supply and no meter. */
export function createGatewayHealth(seed: number, number: number): Sender {
  const own = mix(derive(seed, "gateway health"), number);
  return report(own, HEALTH_INTERVAL_MS, { messageCount: messageCount(own), ...memory(own) });
}

/** Combines several senders. */
export function combine(senders: readonly Sender[]): Sender {
  return {
    measurementTypes: senders.flatMap((sender) => sender.measurementTypes),
    latest: (now) => senders.flatMap((sender) => sender.latest(now)),
  };
}

/** Values sent together every `intervalMs`, with a second of its own for each device. */
function report(own: number, intervalMs: number, values: Record<string, Value>): Sender {
  const offsetMs = (mix(own, 1) % (intervalMs / 1000)) * 1000;
  return {
    measurementTypes: Object.keys(values),
    latest(now): Measurement[] {
      const timestamp = Math.floor((now - offsetMs) / intervalMs) * intervalMs + offsetMs;
      return Object.entries(values).map(([measurement, valueAt]) => ({
        measurement,
        timestamp,
        value: valueAt(timestamp),
      }));
    },
  };
}

/** Falls over two to four years; then someone replaces the batteries. */
function batteryMv(own: number): Value {
  const lifeMs = between(own, 2, 2, 4) * 365 * DAY_MS;
  const startAt = METERS_SINCE - unit(own, 3) * lifeMs;
  return (at) => {
    const used = ((at - startAt) / lifeMs) % 1;
    const mv =
      FULL_BATTERY_MV - used * (FULL_BATTERY_MV - EMPTY_BATTERY_MV) - BATTERY_NOISE_MV * noise(own, at);
    return Math.max(EMPTY_BATTERY_MV, Math.round(mv));
  };
}

function roomCelsius(own: number): Value {
  const mean = between(own, 4, 20, 23);
  return (at) => {
    const season = 2 * yearlySwing(at / DAY_MS, MIDSUMMER_DAY);
    const afternoon = Math.sin(2 * Math.PI * (at / DAY_MS - 0.4));
    return round(mean + season + afternoon + noise(own ^ 4, at), 0.1);
  };
}

/** Counts since the device was switched on: one every one to five minutes. */
function messageCount(own: number): Value {
  const everyMs = between(own, 5, 60_000, 300_000);
  return (at) => Math.floor((at - METERS_SINCE) / everyMs);
}

function memory(own: number): Record<string, Value> {
  const freeAt: Value = (at) => Math.round(between(own, 6, 120_000, 200_000) + 8_000 * noise(own ^ 6, at));
  return {
    errorCode: (at) =>
      mix(own ^ 7, hourOf(at)) % REPORTS_PER_ERROR === 0 ? 1 + (mix(own ^ 8, hourOf(at)) % 9) : 0,
    freeHeap8Bit: freeAt,
    largestHeapBlock8Bit: (at) => Math.round(freeAt(at) * between(own ^ 9, hourOf(at), 0.5, 0.7)),
  };
}

/** In [0, 1), with a new value in each quarter-hour. */
function noise(seed: number, at: number): number {
  return unit(seed, Math.floor(at / RADIO_INTERVAL_MS));
}

function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS);
}

/** To a multiple of `unitOfLast`, without floating-point noise (21.4 and not 21.400000000000002). */
function round(value: number, unitOfLast: number): number {
  return Number((Math.round(value / unitOfLast) * unitOfLast).toFixed(2));
}
