/** What of a series is read, when, and how often; what it shows: series.test.ts. */
import type { SeriesTile } from "@energylive/api/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Collector, startCollector } from "../e2e/collector.ts";
import { openBehindProxy, openDashboard, type TestDashboard } from "./support/dashboard.ts";
import { seedHistory } from "./support/history.ts";
import { createTableWriter, type Sent } from "./support/measurements.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const POWER = "0100010700";

const TODAY = Math.floor(Date.now() / DAY) * DAY;
const TO = TODAY - 15 * DAY;

let collector: Collector;
let dashboard: TestDashboard;
let id: string;
let write: (measurements: readonly Sent[]) => Promise<void>;

beforeAll(async () => {
  collector = await startCollector();
  const { dynamodb, names } = collector.stack;
  [id = ""] = await seedHistory({ dynamodb, names, from: TO - 3 * DAY, to: TO, types: [POWER] });
  write = createTableWriter({ dynamodb, names });
  dashboard = await openDashboard(collector);
});
afterAll(async () => {
  await dashboard[Symbol.asyncDispose]();
  await collector[Symbol.asyncDispose]();
});

describe("a long series", () => {
  it("shows its newest part while the rest is being read, and hides nothing of what it shows", async () => {
    const older = Promise.withResolvers<void>();
    await using slow = await openBehindProxy(collector, async ({ operation, input }, forward) => {
      const until = Number(input.ExpressionAttributeValues?.[":until"]?.S);
      if (operation === "Query" && until < TO - 12 * HOUR) await older.promise;
      return forward();
    });
    // Twenty days: more than one read, the newest of which ends with the series.
    const [from, to] = [TO - 20 * DAY, TO];
    const path = `/api/series?device=${id}&type=${POWER}&from=${from}&to=${to}&bucket=${7 * HOUR}`;
    const [start, end] = [Math.ceil(from / (7 * HOUR)), Math.floor(to / (7 * HOUR))].map(
      (at) => at * 7 * HOUR,
    );
    const tiled = path.replace(`from=${from}&to=${to}`, `from=${start}&to=${end}`);
    const some = await slow.json<SeriesTile>(`${tiled}&patience=300`);
    expect(some.closed).toBe(false);
    expect(some.complete_from).toBeGreaterThan(start ?? 0);
    expect(some.buckets.length).toBeGreaterThan(3);
    expect(Math.min(...some.buckets.map(([at]) => at))).toBeGreaterThanOrEqual(
      some.complete_from ?? Infinity,
    );
    const askedBefore = slow.queries();
    older.resolve();
    const all = await slow.json<SeriesTile>(`${tiled}&patience=20000`);
    expect(all).toMatchObject({ closed: true });
    expect(all).not.toHaveProperty("complete_from");
    expect(all.buckets.filter(([at]) => at >= (some.complete_from ?? 0))).toEqual(some.buckets);
    expect(all.buckets).toEqual((await dashboard.json<SeriesTile>(tiled)).buckets);
    // What was being read was not asked for again, and what was read is kept.
    expect(slow.queries() - askedBefore).toBeLessThanOrEqual(1);
    await slow.json<SeriesTile>(tiled);
    expect(slow.queries() - askedBefore).toBeLessThanOrEqual(1);
  });
});

describe("a long series that ends now", () => {
  it("shows its newest part as soon as it is read, however often it was asked for before", async () => {
    await write([{ device_id: id, measurement_type: "now", timestamp: Date.now() - HOUR, value: 7 }]);
    const [newest, older] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await using slow = await openBehindProxy(collector, async ({ operation, input }, forward) => {
      const until = Number(input.ExpressionAttributeValues?.[":until"]?.S);
      if (operation === "Query") await (until < TODAY - 7 * DAY ? older : newest).promise;
      return forward();
    });
    const path = `/api/series?device=${id}&type=now&from=${TODAY - 300 * DAY}&to=${TODAY + DAY}&bucket=${DAY}`;
    const first = await slow.json<SeriesTile>(`${path}&patience=100`);
    expect(first.buckets).toEqual([]);
    const second = slow.json<SeriesTile>(`${path}&patience=1000`);
    // It has been asked for by the time that something later is answered.
    await slow.json("/api/session");
    newest.resolve();
    expect((await second).buckets.map(([, , maximum]) => maximum)).toEqual([7]);
    older.resolve();
    await slow.json(path);
  });
});

describe("the time to come", () => {
  it("reads no further than tomorrow, however far a tile reaches, and shows what is dated a little ahead", async () => {
    const now = Date.now();
    await write([{ device_id: id, measurement_type: "ahead", timestamp: now + HOUR, value: 4 }]);
    await using counted = await openBehindProxy(collector, (_, forward) => forward());
    const path = `/api/series?device=${id}&type=ahead&from=${TODAY}&to=${TODAY + 360 * DAY}&bucket=${DAY}`;
    const queries = async () => {
      const before = counted.queries();
      const { buckets, closed } = await counted.json<SeriesTile>(path);
      expect([closed, buckets.map(([, , maximum]) => maximum)]).toEqual([false, [4]]);
      return counted.queries() - before;
    };
    expect(await queries()).toBe(1);
    // Today and tomorrow can have grown.
    expect(await queries()).toBe(2);
  });
});
