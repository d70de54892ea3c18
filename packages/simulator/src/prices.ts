import type { ServerResponse } from "node:http";

import { DAY_MS, HOUR_MS, localDay, localOffsetMs, startOfLocalDay, weekday } from "./local-time.ts";
import { between, derive } from "./random.ts";
import { MIDSUMMER_DAY, yearlySwing } from "./yearly.ts";

/** The exchange trades quarter-hours from this local day on; before, hours. */
const QUARTERS_SINCE = Date.parse("2025-10-01T00:00:00+02:00");
const QUARTER_MS = HOUR_MS / 4;

/** When the prices of the next day are known, in local time. */
const PUBLISHED_AFTER_MS = 13 * HOUR_MS;

/** The longest answer: a year of quarter-hours. */
const LONGEST_MS = 370 * DAY_MS;

const SEED = derive(1, "prices");
const SUNDAY = 6;
const VAT = 1.2;

/** How much a bell at `hour` adds, in EUR/MWh. */
const bell = (at: number, hour: number, width: number, height: number) =>
  height * Math.exp(-(((at - hour) / width) ** 2));

/**
 * A believable market price at an instant, in EUR/MWh, to the cent: dear in the evening and in winter, cheap at noon when the sun
 * shines, and below zero on sunny Sundays.
 */
export function marketPrice(instant: number): number {
  const step = instant >= QUARTERS_SINCE ? QUARTER_MS : HOUR_MS;
  const at = Math.floor(instant / step) * step;
  const day = localDay(at);
  const hour = ((((at + localOffsetMs(at)) % DAY_MS) + DAY_MS) % DAY_MS) / HOUR_MS;
  const summer = yearlySwing(day, MIDSUMMER_DAY);
  const isSunday = weekday(day) === SUNDAY;
  const sunny = between(SEED, day, 0.4, 1);
  const noon = (45 + 45 * summer) * sunny + (isSunday ? 25 + 30 * summer : 0);
  const price =
    92 -
    18 * summer -
    (isSunday ? 15 : 0) +
    bell(hour, 7.5, 1.5, 28) +
    bell(hour, 18.5, 2, 55) -
    bell(hour, 3, 2.5, 15) -
    bell(hour, 13, 2.6, noon) +
    between(derive(SEED, "noise"), Math.floor(at / QUARTER_MS), -4, 4);
  return Math.round(price * 100) / 100;
}

/**
 * Answers as the public price APIs do; they need no key.
 *
 * @returns whether the path is one of theirs
 */
export function answerPrices(url: URL, now: number, response: ServerResponse): boolean {
  const body = bodyOf(url, now);
  if (body === undefined) return false;
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
  return true;
}

function bodyOf({ pathname, searchParams }: URL, now: number): unknown {
  const known = knownUntil(now);
  switch (pathname) {
    case "/price": {
      const from = Date.parse(searchParams.get("start") ?? "");
      const to = Date.parse(searchParams.get("end") ?? "") + DAY_MS;
      const times = startsOf(from, Math.min(to, known));
      return {
        license_info: "simulated",
        unix_seconds: times.map((at) => at / 1_000),
        price: times.map(marketPrice),
        unit: "EUR / MWh",
        deprecated: false,
      };
    }
    case "/v1/marketdata": {
      const [from, to] = [Number(searchParams.get("start")), Number(searchParams.get("end"))];
      const hours = startsOf(from, Math.min(to, known), HOUR_MS);
      const mean = (at: number) =>
        [0, 1, 2, 3].reduce((sum, quarter) => sum + marketPrice(at + quarter * QUARTER_MS), 0) / 4;
      return {
        object: "list",
        data: hours.map((at) => ({
          start_timestamp: at,
          end_timestamp: at + HOUR_MS,
          marketprice: Math.round(mean(at) * 100) / 100,
          unit: "Eur/MWh",
        })),
      };
    }
    case "/market/v1/price": {
      const today = startOfLocalDay(localDay(now));
      return {
        tariff: "EPEXSPOTAT",
        unit: "ct/kWh",
        interval: 15,
        data: startsOf(today, known, QUARTER_MS).map((at) => ({
          date: localIso(at),
          value: Math.round((marketPrice(at) / 10) * VAT * 1_000) / 1_000,
        })),
      };
    }
    default:
      return undefined;
  }
}

/** The end of what has a price by now. */
function knownUntil(now: number): number {
  const today = localDay(now);
  const isPublished = now >= startOfLocalDay(today) + PUBLISHED_AFTER_MS;
  return startOfLocalDay(today + (isPublished ? 2 : 1));
}

/** The starts of trading periods; none of a range that is too long, or not one. */
function startsOf(from: number, to: number, step?: number): number[] {
  const starts: number[] = [];
  const isRange = to - from <= LONGEST_MS;
  for (let at = from; isRange && at < to; at += step ?? (at >= QUARTERS_SINCE ? QUARTER_MS : HOUR_MS))
    starts.push(at);
  return starts;
}

/** `2026-11-25T00:00:00+01:00` */
function localIso(at: number): string {
  const offset = localOffsetMs(at);
  const text = new Date(at + offset).toISOString().slice(0, 19);
  return `${text}+0${offset / HOUR_MS}:00`;
}
