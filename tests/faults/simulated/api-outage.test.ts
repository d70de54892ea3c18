import { DEFAULT_INTERVAL_SECONDS } from "@energylive/core/settings/pipeline";
import type { Fault } from "@energylive/simulator/faults";
import { describe, expect, it } from "vitest";

import { type SimulatedFetcher, startFetcher } from "./fetcher.ts";
import { type SimulatedPipeline, startPipeline } from "./pipeline.ts";

const HOUR_MS = 3_600_000;
const INTERVAL_MS = DEFAULT_INTERVAL_SECONDS * 1000;
const RUNS_AN_HOUR = HOUR_MS / INTERVAL_MS;

const ATTEMPTS = 3;

/** Runs the fetcher by its schedule for a number of hours. */
async function schedule({ clock }: SimulatedPipeline, fetcher: SimulatedFetcher, hours: number) {
  const results: Awaited<ReturnType<SimulatedFetcher["run"]>>[] = [];
  for (let run = 0; run < hours * RUNS_AN_HOUR; run += 1) {
    const result = await fetcher.run();
    await clock.pass(INTERVAL_MS - result.durationMs);
    results.push(result);
  }
  return results;
}

const UNAVAILABLE: Fault = { kind: "status", status: 503 };

const OUTAGES: [string, Fault][] = [
  ["answers 503", UNAVAILABLE],
  ["resets every connection", { kind: "connection_reset" }],
  ["shows a maintenance page", { kind: "html" }],
  ["redirects to a maintenance page", { kind: "redirect", location: "https://example.org/sorry" }],
];

describe("an API that is down for six hours costs no minute more", () => {
  it.each([1, 3])(
    "polls every one of %i devices in the first run after a six-hour outage",
    async (deviceCount) => {
      await using pipeline = await startPipeline();
      await using fetcher = await startFetcher(pipeline, deviceCount);
      const { api } = fetcher;
      await schedule(pipeline, fetcher, 1 / RUNS_AN_HOUR);

      for (const id of api.deviceIds) api.setFault(id, UNAVAILABLE);
      const asked = api.requests().length;
      const down = await schedule(pipeline, fetcher, 6);
      expect(down.every(({ failed }) => failed === deviceCount)).toBe(true);
      expect(api.requests().length - asked).toBe(down.length * deviceCount * ATTEMPTS);

      for (const id of api.deviceIds) api.setFault(id, undefined);
      expect(await fetcher.run()).toMatchObject({ polled: deviceCount, failed: 0, skipped: 0 });
    },
  );

  it.each(OUTAGES)("costs no further minute when the API %s", async (_, fault) => {
    await using pipeline = await startPipeline();
    await using fetcher = await startFetcher(pipeline, 1);
    const [id = ""] = fetcher.api.deviceIds;
    fetcher.api.setFault(id, fault);
    await schedule(pipeline, fetcher, 3);
    fetcher.api.setFault(id, undefined);
    expect(await fetcher.run()).toMatchObject({ polled: 1, skipped: 0 });
  });

  it("asks once a minute on a schedule of ten seconds", async () => {
    await using pipeline = await startPipeline();
    await using fetcher = await startFetcher(pipeline, 1);
    const [id = ""] = fetcher.api.deviceIds;
    fetcher.api.setFault(id, { kind: "html" });
    let polls = 0;
    for (const endsAt = pipeline.clock.now() + HOUR_MS; pipeline.clock.now() < endsAt; ) {
      polls += (await fetcher.run()).failed;
      await pipeline.clock.pass(10_000);
    }
    expect(polls).toBeGreaterThan(45);
    expect(polls).toBeLessThan(65);
  });
});

describe("polls less and less often, down to once an hour", () => {
  it("a device that fails by itself", async () => {
    await using pipeline = await startPipeline();
    await using fetcher = await startFetcher(pipeline, 3);
    const [broken = ""] = fetcher.api.deviceIds;
    fetcher.api.setFault(broken, UNAVAILABLE);
    const results = await schedule(pipeline, fetcher, 8);
    const failures = results.map(({ failed }) => failed);
    expect(failures.reduce((sum, failed) => sum + failed, 0)).toBeLessThan(16);
    expect(failures.slice(-2 * RUNS_AN_HOUR).reduce((sum, failed) => sum + failed, 0)).toBeLessThan(3);
    expect(results.every(({ polled }) => polled === 2)).toBe(true);

    fetcher.api.setFault(broken, undefined);
    const healed = await schedule(pipeline, fetcher, 1 + 1 / RUNS_AN_HOUR);
    expect(healed.some(({ polled }) => polled === 3)).toBe(true);
  });

  it.each([403, 404])("polls a lone device less often that the API refuses with %i", async (status) => {
    await using pipeline = await startPipeline();
    await using fetcher = await startFetcher(pipeline, 1);
    const [id = ""] = fetcher.api.deviceIds;
    fetcher.api.setFault(id, { kind: "status", status });
    const results = await schedule(pipeline, fetcher, 4);
    expect(results.reduce((sum, { failed }) => sum + failed, 0)).toBeLessThan(13);
  });

  it("polls a lone device less often whose API asks for fewer requests", async () => {
    await using pipeline = await startPipeline();
    await using fetcher = await startFetcher(pipeline, 1);
    const [id = ""] = fetcher.api.deviceIds;
    fetcher.api.setFault(id, { kind: "status", status: 429 });
    const results = await schedule(pipeline, fetcher, 4);
    expect(results.reduce((sum, { failed }) => sum + failed, 0)).toBeLessThan(13);
  });
});

it("leaves an API alone for as long as it says", async () => {
  await using pipeline = await startPipeline();
  await using fetcher = await startFetcher(pipeline, 1);
  const [id = ""] = fetcher.api.deviceIds;
  fetcher.api.setFault(id, { kind: "status", status: 503, retryAfter: "1800" });
  await schedule(pipeline, fetcher, 2);
  expect(fetcher.api.requests()).toHaveLength(4);
});

describe("a device that stops delivering is counted once, within twenty minutes", () => {
  const TWENTY_MINUTES = 1 / 3;
  const stoppedIn = async (pipeline: SimulatedPipeline, fetcher: SimulatedFetcher, hours: number) =>
    (await schedule(pipeline, fetcher, hours)).reduce((sum, { stopped }) => sum + stopped, 0);

  it.each([
    ["with a revoked key", { kind: "status", status: 403 }],
    ["that answers 503", UNAVAILABLE],
    ["that is unknown to the API", { kind: "status", status: 404 }],
  ] satisfies [string, Fault][])("one of three %s", async (_, fault) => {
    await using pipeline = await startPipeline();
    await using fetcher = await startFetcher(pipeline, 3);
    const [broken = ""] = fetcher.api.deviceIds;
    expect(await stoppedIn(pipeline, fetcher, TWENTY_MINUTES)).toBe(0);
    fetcher.api.setFault(broken, fault);
    expect(await stoppedIn(pipeline, fetcher, TWENTY_MINUTES)).toBe(1);
    expect(await stoppedIn(pipeline, fetcher, 4)).toBe(0);
  });

  it("each of three while the whole API is down, and each again at the next outage", async () => {
    await using pipeline = await startPipeline();
    await using fetcher = await startFetcher(pipeline, 3);
    const { api } = fetcher;
    for (let outage = 0; outage < 2; outage += 1) {
      expect(await stoppedIn(pipeline, fetcher, TWENTY_MINUTES)).toBe(0);
      for (const id of api.deviceIds) api.setFault(id, UNAVAILABLE);
      expect(await stoppedIn(pipeline, fetcher, TWENTY_MINUTES)).toBe(3);
      expect(await stoppedIn(pipeline, fetcher, 2)).toBe(0);
      for (const id of api.deviceIds) api.setFault(id, undefined);
    }
  });

  it("none that fails once now and then", async () => {
    await using pipeline = await startPipeline();
    await using fetcher = await startFetcher(pipeline, 1);
    const [id = ""] = fetcher.api.deviceIds;
    expect(await stoppedIn(pipeline, fetcher, 1 / RUNS_AN_HOUR)).toBe(0);
    for (let hiccup = 0; hiccup < 3; hiccup += 1) {
      fetcher.api.setFault(id, UNAVAILABLE);
      expect(await stoppedIn(pipeline, fetcher, 1 / RUNS_AN_HOUR)).toBe(0);
      fetcher.api.setFault(id, undefined);
      expect(await stoppedIn(pipeline, fetcher, 1 / RUNS_AN_HOUR)).toBe(0);
    }
  });
});
