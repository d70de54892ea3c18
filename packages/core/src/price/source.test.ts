import { describe, expect, it } from "vitest";

import { marketDay, namedMarketDay, quarterHourPrices } from "./prices.ts";
import { createPriceSource } from "./source.ts";

const EUROS = [54, 60.5, -3.21, 12] as const;

/** Answers every request with this body, and keeps its address. */
function answering(body: unknown, status = 200) {
  const asked: URL[] = [];
  const fetch = async (url: URL) => {
    asked.push(url);
    return new Response(JSON.stringify(body), { status });
  };
  return { asked, request: { fetch, timeoutMs: 1_000 } };
}

/** Of a day in quarter-hours, as energy-charts answers: times in seconds and net prices in EUR/MWh. */
const energyChartsAnswer = (times: number[], price: (number | null)[]) => ({
  license_info: "CC BY 4.0 (creativecommons.org/licenses/by/4.0) from Bundesnetzagentur | SMARD.de",
  unix_seconds: times.map((at) => at / 1_000),
  price,
  unit: "EUR / MWh",
  deprecated: false,
});

const stepsOf = (day: string, ms: number) => {
  const { from, to } = namedMarketDay(day);
  return Array.from({ length: (to - from) / ms }, (_, index) => from + index * ms);
};
const QUARTER = 900_000;
const HOUR = 4 * QUARTER;

describe("energy-charts", () => {
  it("asks for the market's days with a day to spare, and reads quarter-hours", async () => {
    const times = stepsOf("2026-11-25", QUARTER);
    const { asked, request } = answering(
      energyChartsAnswer(
        times,
        times.map((_, index) => EUROS[index % 4] ?? null),
      ),
    );
    const day = namedMarketDay("2026-11-25");
    const prices = await createPriceSource("energy-charts", request).prices(day, day);
    expect(String(asked[0])).toBe(
      "https://api.energy-charts.info/price?bzn=AT&start=2026-11-24&end=2026-11-26",
    );
    expect(quarterHourPrices(day, prices)).toEqual(times.map((_, index) => EUROS[index % 4]));
  });

  it("reads hours as four quarter-hours each, and tells them from quarter-hours by the day", async () => {
    const times = [...stepsOf("2025-09-30", HOUR), ...stepsOf("2025-10-01", QUARTER)];
    const { request } = answering(
      energyChartsAnswer(
        times,
        times.map((_, index) => index),
      ),
    );
    const [hours, quarters] = [namedMarketDay("2025-09-30"), namedMarketDay("2025-10-01")];
    const prices = await createPriceSource("energy-charts", request).prices(hours, quarters);
    expect(quarterHourPrices(hours, prices).slice(0, 8)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    expect(quarterHourPrices(quarters, prices).slice(0, 3)).toEqual([24, 25, 26]);
    expect(quarterHourPrices(quarters, prices)).not.toContain(null);
  });

  it("leaves unknown what has no price, or no time", async () => {
    const times = stepsOf("2026-11-25", QUARTER).filter((_, index) => index !== 5);
    const price = times.map((_, index) => (index === 2 ? null : 10));
    const { request } = answering(energyChartsAnswer(times, price));
    const day = namedMarketDay("2026-11-25");
    const quarters = quarterHourPrices(
      day,
      await createPriceSource("energy-charts", request).prices(day, day),
    );
    expect(quarters.flatMap((value, index) => (value === null ? [index] : []))).toEqual([2, 5]);
  });

  it.each([
    ["2026-03-29", 92],
    ["2026-10-25", 100],
  ])("has a price for every quarter-hour of %s, when clocks change: %i", async (name, count) => {
    const times = stepsOf(name, QUARTER);
    const { request } = answering(
      energyChartsAnswer(
        times,
        times.map((_, index) => index),
      ),
    );
    const day = namedMarketDay(name);
    const quarters = quarterHourPrices(
      day,
      await createPriceSource("energy-charts", request).prices(day, day),
    );
    expect(quarters).toEqual(Array.from({ length: count }, (_, index) => index));
  });
});

describe("aWATTar", () => {
  it("asks by milliseconds, and reads hours", async () => {
    const day = namedMarketDay("2026-10-25");
    const { asked, request } = answering({
      object: "list",
      data: stepsOf("2026-10-25", HOUR).map((at, index) => ({
        start_timestamp: at,
        end_timestamp: at + HOUR,
        marketprice: index - 2.5,
        unit: "Eur/MWh",
      })),
      url: "/at/v1/marketdata",
    });
    const prices = await createPriceSource("awattar", request).prices(day, day);
    expect(String(asked[0])).toBe(`https://api.awattar.at/v1/marketdata?start=${day.from}&end=${day.to}`);
    const quarters = quarterHourPrices(day, prices);
    expect(quarters).toHaveLength(100);
    expect(quarters.slice(0, 5)).toEqual([-2.5, -2.5, -2.5, -2.5, -1.5]);
  });
});

describe("smartENERGY", () => {
  it("takes the tax out of its gross prices, to the exchange's cent", async () => {
    const day = namedMarketDay("2023-06-23");
    const { asked, request } = answering({
      tariff: "EPEXSPOTAT",
      unit: "ct/kWh",
      interval: 15,
      data: [
        { date: "2023-06-23T00:00:00+02:00", value: 12.592 },
        { date: "2023-06-23T00:15:00+02:00", value: 6.48 },
        { date: "2023-06-23T00:30:00+02:00", value: -0.385 },
      ],
    });
    const source = createPriceSource("smartenergy", request);
    expect(source.hasPast).toBe(false);
    const quarters = quarterHourPrices(day, await source.prices(day, day));
    expect(String(asked[0])).toBe("https://apis.smartenergy.at/market/v1/price");
    expect(quarters.slice(0, 4)).toEqual([104.93, 54, -3.21, null]);
  });
});

describe("a price source", () => {
  const day = marketDay(Date.now());

  it("says what it was that failed", async () => {
    const refused = answering({}, 503);
    await expect(createPriceSource("awattar", refused.request).prices(day, day)).rejects.toThrow(
      "api.awattar.at answered /v1/marketdata with status 503",
    );
    const other = answering({ unix_seconds: [1], price: [1], unit: "ct/kWh" });
    await expect(createPriceSource("energy-charts", other.request).prices(day, day)).rejects.toThrow(
      "api.energy-charts.info answered in a form that is not known",
    );
    const fetch = async () => {
      throw new TypeError("fetch failed", { cause: new Error("getaddrinfo ENOTFOUND") });
    };
    await expect(createPriceSource("awattar", { fetch, timeoutMs: 1_000 }).prices(day, day)).rejects.toThrow(
      "the connection to api.awattar.at failed: getaddrinfo ENOTFOUND",
    );
  });

  it("is not followed to another host, and no more than four megabytes are read of it", async () => {
    const inits: RequestInit[] = [];
    const fetch = async (_url: URL, init: RequestInit) => {
      inits.push(init);
      return new Response(" ".repeat(4 * 1024 * 1024 + 1));
    };
    const source = createPriceSource("awattar", { fetch, timeoutMs: 1_000 });
    await expect(source.prices(day, day)).rejects.toThrow("the answer of api.awattar.at is larger than");
    expect(inits[0]).toMatchObject({ redirect: "error" });
  });

  it("is asked over HTTPS, or on loopback", () => {
    const { request } = answering({});
    expect(() => createPriceSource("awattar", { ...request, baseUrl: "http://192.0.2.1" })).toThrow(
      "ENERGYLIVE_PRICE_URL is not HTTPS",
    );
    expect(createPriceSource("awattar", { ...request, baseUrl: "http://127.0.0.1:1" }).name).toBe(
      "awattar (127.0.0.1)",
    );
  });
});
