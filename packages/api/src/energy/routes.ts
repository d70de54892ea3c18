import type { DeviceRegistry } from "@energylive/core/device/registry";
import { calendarBoundaries } from "@energylive/core/energy/calendar";
import { factsOfType } from "@energylive/core/measurement/obis";
import type { Hono } from "hono";
import * as z from "zod";

import type { EnergyBar, EnergySeries } from "../contract.ts";
import { badRequest } from "../problem.ts";
import { deviceId, instant, measurementType, parseQuery, zone } from "../query.ts";
import type { Register, Registers } from "./registers.ts";

/** Six weeks of hours, or three years of days. */
const MOST_BARS = 1_100;

const HOUR_MS = 3_600_000;
const SHORTEST_MS = { hour: HOUR_MS, day: 23 * HOUR_MS, month: 28 * 23 * HOUR_MS } as const;

/** Months are added up from days, so that a register that falls within a month is noticed. */
const LONGEST_RANGE_MS = MOST_BARS * 24 * HOUR_MS;

const Query = z.object({
  device: deviceId,
  type: measurementType,
  from: instant,
  to: instant,
  unit: z.enum(["hour", "day", "month"], "is not hour, day or month"),
  zone,
});

export function addEnergyRoutes(app: Hono, parts: { registers: Registers; registry: DeviceRegistry }): void {
  const { registers, registry } = parts;

  app.get("/api/energy", async (context) => {
    const { device, type, from, to, unit, zone: timeZone } = parseQuery(context, Query);
    if (factsOfType(type).kind !== "register")
      throw badRequest(`type ${type} is not a register: energy is counted by …0800`);
    if (to <= from) throw badRequest("to is not after from");
    if ((to - from) / SHORTEST_MS[unit] > MOST_BARS || to - from > LONGEST_RANGE_MS)
      throw badRequest(`from and to span more than ${MOST_BARS} bars: choose a longer unit`);
    const found = await registry.find(device);
    const register = { deviceId: device, type, intervalSeconds: found?.device?.interval_seconds };
    const boundaries = calendarBoundaries(unit, timeZone, from, to);
    const bars = await (unit === "month"
      ? monthBars(registers, register, boundaries, timeZone)
      : registers[unit === "hour" ? "dense" : "sparse"](register, boundaries));
    return context.json({ bars } satisfies EnergySeries);
  });
}

async function monthBars(
  registers: Registers,
  register: Register,
  boundaries: readonly number[],
  timeZone: string,
): Promise<EnergyBar[]> {
  const [from = 0] = boundaries;
  const days = await registers.sparse(
    register,
    calendarBoundaries("day", timeZone, from, boundaries.at(-1) ?? from),
  );
  return boundaries.slice(0, -1).map((start, index) => {
    const end = boundaries[index + 1] ?? start;
    return sum(
      days.filter((day) => day.from >= start && day.from < end),
      start,
      end,
    );
  });
}

/** A month is estimated only if the energy at its start or end is. */
function sum(days: readonly EnergyBar[], from: number, to: number): EnergyBar {
  const known = days.filter(({ wh }) => wh !== null);
  return {
    from,
    to,
    wh: known.length === 0 ? null : known.reduce((total, { wh }) => total + (wh ?? 0), 0),
    estimated: days[0]?.estimated === true || days.at(-1)?.estimated === true,
    reset: days.some(({ reset }) => reset),
  };
}
