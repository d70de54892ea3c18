import { type EnergyBar, energyBars, gapMs, type Reading } from "@energylive/core/energy/bars";
import { DEFAULT_INTERVAL_SECONDS } from "@energylive/core/settings/pipeline";

import type { SeriesStore } from "../series/store.ts";
import type { BoundaryReader, Search } from "./boundaries.ts";

/** Tells how much a register of a device grew between two times. */
export interface Registers {
  /** From the readings beside each boundary: for days and months. */
  sparse(register: Register, boundaries: readonly number[]): Promise<EnergyBar[]>;
  /** From every reading between the first and the last boundary: for hours. */
  dense(register: Register, boundaries: readonly number[]): Promise<EnergyBar[]>;
}

export interface Register {
  deviceId: string;
  type: string;
  /** Of the device; the schedule's where it has none. */
  intervalSeconds: number | undefined;
}

export function createRegisters(options: { beside: BoundaryReader; series: SeriesStore }): Registers {
  const { beside, series } = options;

  async function besideAll(register: Register, boundaries: readonly number[]): Promise<Reading[]> {
    const { deviceId, type } = register;
    const intervalMs = secondsOf(register) * 1000;
    const readings = async (those: readonly number[], search: Search) => {
      const found = await Promise.all(those.map((at) => beside(deviceId, type, at, { intervalMs, search })));
      return found.flat();
    };
    const ends = await readings([...boundaries.slice(0, 1), ...boundaries.slice(1).slice(-1)], "end");
    // Do not search each day of a year for a register that the device does not send.
    const within = await readings(boundaries.slice(1, -1), ends.length === 0 ? "none" : "within");
    return byTime([...ends, ...within]);
  }

  async function between({ deviceId, type }: Register, from: number, to: number): Promise<Reading[]> {
    const { times, values } = await series.read(deviceId, type, from, to);
    return Array.from(times, (at, index) => ({ at, value: values[index] ?? 0 }));
  }

  return {
    async sparse(register, boundaries) {
      const readings = await besideAll(register, boundaries);
      // If the register fell, every reading counts: it grew before and after.
      const falls = readings.flatMap((reading, index) => {
        const next = readings[index + 1];
        return next !== undefined && next.value < reading.value ? [[reading.at, next.at] as const] : [];
      });
      const more = await Promise.all(falls.map(([from, to]) => between(register, from, to)));
      return energyBars(byTime([...readings, ...more.flat()]), boundaries, spacing(register));
    },

    async dense(register, boundaries) {
      const [from = 0] = boundaries;
      const to = boundaries.at(-1) ?? from;
      const [edges, inside] = await Promise.all([
        besideAll(register, [from, to]),
        between(register, from, to),
      ]);
      return energyBars(byTime([...edges, ...inside]), boundaries, spacing(register));
    },
  };
}

function spacing(register: Register): { gapMs: number } {
  return { gapMs: gapMs(secondsOf(register)) };
}

function secondsOf({ intervalSeconds }: Register): number {
  return intervalSeconds ?? DEFAULT_INTERVAL_SECONDS;
}

/** Each once. */
function byTime(readings: readonly Reading[]): Reading[] {
  const once = new Map(readings.map((reading) => [reading.at, reading]));
  return [...once.values()].sort((a, b) => a.at - b.at);
}
