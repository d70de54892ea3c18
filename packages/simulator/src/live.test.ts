import { isDeepStrictEqual } from "node:util";

import { describe, expect, it } from "vitest";

import type { Measurement } from "./measurement.ts";
import { type SimulatedApi, startSimulatedApi } from "./server.ts";
import { firstId, get, latestOf } from "./test-client.ts";

const NOW = Date.UTC(2026, 5, 20, 10, 7, 0);
const HOUR_MS = 3_600_000;

/** The stream's measurements as they arrive, without its comments. */
async function* measurements(response: Response): AsyncGenerator<Measurement> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const events = text.split("\n\n");
    text = events.pop() ?? "";
    for (const event of events)
      if (event.startsWith("data: ")) yield JSON.parse(event.slice("data: ".length));
  }
}

async function next(stream: AsyncGenerator<Measurement>): Promise<Measurement> {
  const { value, done } = await stream.next();
  if (done === true) throw new Error("the stream has ended");
  return value;
}

function live(api: SimulatedApi, signal?: AbortSignal): Promise<Response> {
  const path = `/devices/${firstId(api)}/measurements/live`;
  return get(api, path, signal === undefined ? {} : { signal });
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("the live stream", () => {
  it("delivers new measurements as simulated time passes, and none from before", async () => {
    let clock = NOW;
    await using api = await startSimulatedApi({ deviceCount: 1, now: () => clock });
    const response = await live(api);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const stream = measurements(response);

    clock += 30_000;
    const [power] = await latestOf(api, firstId(api));
    expect(await next(stream)).toEqual(power);

    clock += HOUR_MS;
    const latest = await latestOf(api, firstId(api));
    const delivered: Measurement[] = [];
    while (!latest.every((measurement) => delivered.some((each) => isDeepStrictEqual(each, measurement)))) {
      delivered.push(await next(stream));
    }
    // Time for the stream to repeat itself, before something new ends the wait.
    await sleep(300);
    clock += 30_000;
    delivered.push(await next(stream));
    expect(delivered).toEqual(expect.arrayContaining(latest));
    expect(delivered.filter(({ timestamp }) => timestamp <= NOW)).toEqual([]);
    const keys = delivered.map(({ measurement, timestamp }) => `${measurement} ${timestamp}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("stops working when the client leaves", async () => {
    let clockReads = 0;
    const now = () => {
      clockReads += 1;
      return NOW;
    };
    await using api = await startSimulatedApi({ deviceCount: 1, now });
    const client = new AbortController();
    await live(api, client.signal);
    const readsAtStart = clockReads;
    await expect.poll(() => clockReads).toBeGreaterThan(readsAtStart + 1);
    client.abort();
    await sleep(100);
    const readsAfterwards = clockReads;
    await sleep(400);
    expect(clockReads).toBe(readsAfterwards);
  });

  it("ends when the simulated API closes", async () => {
    const api = await startSimulatedApi({ deviceCount: 1, now: () => NOW });
    const response = await live(api);
    const reading = response.text().then(
      () => "ended",
      () => "ended",
    );
    await api.close();
    expect(await Promise.race([reading, sleep(2_000)])).toBe("ended");
  });
});
