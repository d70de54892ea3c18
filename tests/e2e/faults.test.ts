import { parseMessage } from "@energylive/core/queue/message";
import { describe, expect, it } from "vitest";

import { API_KEY, type Collector, reasons, startCollector } from "./collector.ts";

const POLL = { POLL_TIMEOUT_MS: "700" };

/** A collector with a faulty device and a healthy one beside it. */
async function startPair(variables: Record<string, string> = POLL) {
  const collector = await startCollector({ devices: 2, variables });
  const [faulty = "", healthy = ""] = collector.ids;
  await collector.put({ device_id: faulty });
  await collector.put({ device_id: healthy });
  return { collector, faulty, healthy };
}

async function stateOf({ stack }: Collector, deviceId: string) {
  return (await stack.devices.find(deviceId))?.device?.state;
}

type Fault = Parameters<Collector["api"]["setFault"]>[1];

const FAILURES: [string, Fault, { code: string; requests: number; message: RegExp }][] = [
  [
    "403",
    { kind: "status", status: 403 },
    { code: "forbidden", requests: 1, message: /the key "default" is unknown or revoked/ },
  ],
  [
    "404",
    { kind: "status", status: 404 },
    { code: "not_found", requests: 1, message: /no such device for the key/ },
  ],
  ["400", { kind: "status", status: 400 }, { code: "bad_request", requests: 1, message: /answered 400/ }],
  [
    "500, three times",
    { kind: "status", status: 500 },
    { code: "server_error", requests: 3, message: /answered 500/ },
  ],
  [
    "429 for longer than a run",
    { kind: "status", status: 429, retryAfter: "1800" },
    { code: "rate_limited", requests: 1, message: /answered 429/ },
  ],
  [
    "a connection reset",
    { kind: "connection_reset" },
    { code: "network_error", requests: 3, message: /the connection to 127\.0\.0\.1:\d+ failed/ },
  ],
  [
    "a truncated body",
    { kind: "truncated_body" },
    { code: "network_error", requests: 3, message: /connection to .* failed/ },
  ],
  [
    "no answer",
    { kind: "hang" },
    { code: "timeout", requests: 3, message: /did not answer .* within 700 ms/ },
  ],
  ["a body that dribbles", { kind: "slow_body" }, { code: "timeout", requests: 3, message: /within 700 ms/ }],
  [
    "HTML",
    { kind: "html" },
    { code: "invalid_response", requests: 1, message: /is not JSON; it starts with "<!?/i },
  ],
  [
    "an object",
    { kind: "not_an_array" },
    { code: "invalid_response", requests: 1, message: /is not a JSON array/ },
  ],
  [
    "a body of 50 MB",
    { kind: "huge_body" },
    { code: "response_too_large", requests: 1, message: /larger than 1048576 bytes/ },
  ],
  [
    "a redirect",
    { kind: "redirect", location: "http://127.0.0.1:1/" },
    { code: "redirect_refused", requests: 1, message: /redirects are refused/ },
  ],
];

describe("a device whose API answers badly disturbs no other (invariant 5)", () => {
  it.each(FAILURES)("%s", async (_, fault, { code, requests, message }) => {
    const { collector, faulty, healthy } = await startPair();
    await using _collector = collector;
    collector.api.setFault(faulty, fault);
    expect(await collector.stack.poll({})).toMatchObject({ polled: 1, failed: 1, quarantined: 0 });
    await collector.drained();
    expect((await collector.items(healthy)).length).toBeGreaterThan(0);
    expect(await collector.items(faulty)).toEqual([]);
    expect(collector.api.requests(faulty)).toHaveLength(requests);
    const state = await stateOf(collector, faulty);
    expect(state).toMatchObject({
      consecutive_failures: 1,
      last_error: { code, message: expect.stringMatching(message) },
    });
    expect(collector.logLines.join("")).not.toContain(API_KEY);

    collector.api.setFault(faulty, undefined);
    const again = await collector.stack.poll({ device_ids: [faulty] });
    expect(again).toMatchObject({ polled: 1, failed: 0 });
    await collector.drained();
    expect(await collector.items(faulty)).toHaveLength(again.published);
    expect((await stateOf(collector, faulty))?.consecutive_failures).toBe(0);
  });

  it("a slow one does not delay the others", async () => {
    await using collector = await startCollector({
      devices: 6,
      variables: { POLL_CONCURRENCY: "3", POLL_TIMEOUT_MS: "5000" },
    });
    await Promise.all(collector.ids.map((device_id) => collector.put({ device_id })));
    const [slow = ""] = collector.ids;
    collector.api.setFault(slow, { kind: "latency", ms: 1_500 });
    expect(await collector.stack.poll({})).toMatchObject({ polled: 6, failed: 0 });
    const at = (id: string) => collector.api.requests(id)[0]?.at ?? 0;
    const last = Math.max(...collector.ids.map(at));
    expect(last - at(slow)).toBeLessThan(1_000);
  });
});

describe("a fault that passes", () => {
  it.each<[string, Fault]>([
    ["a 500", { kind: "status", status: 500 }],
    ["a 503 with Retry-After", { kind: "status", status: 503, retryAfter: "1" }],
    ["a 429 with Retry-After in seconds", { kind: "status", status: 429, retryAfter: "1" }],
    ["a 429 without Retry-After", { kind: "status", status: 429 }],
    ["a connection reset", { kind: "connection_reset" }],
    ["a truncated body", { kind: "truncated_body" }],
  ])("costs nothing: %s", async (_, fault) => {
    const { collector, faulty } = await startPair();
    await using _collector = collector;
    collector.api.setFault(
      faulty,
      [fault].flatMap((one) => (one === undefined ? [] : one)),
    );
    const startedAt = Date.now();
    expect(await collector.stack.poll({})).toMatchObject({ polled: 2, failed: 0 });
    if (JSON.stringify(fault).includes("retryAfter"))
      expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1_000);
    await collector.drained();
    expect((await collector.items(faulty)).length).toBeGreaterThan(0);
  });
});

describe("a response with elements that are no measurements", () => {
  it("has them quarantined raw, once, and the valid ones stored (invariants 1 and 6)", async () => {
    const { collector, faulty } = await startPair();
    await using _collector = collector;
    const bad = [
      '{"measurement":"a","timestamp":1726559995000,"value":"138"}',
      "[[1]]",
      '{"measurement":"b"}',
      "7",
    ];
    collector.api.setResponse(
      faulty,
      `[{"measurement":"0100010700","timestamp":1726559995000,"value":138.0},${bad.join(",")}]`,
    );
    expect(await collector.stack.poll({ device_ids: [faulty] })).toMatchObject({
      polled: 1,
      failed: 0,
      published: 1,
      quarantined: bad.length,
    });
    expect(await collector.stack.poll({ device_ids: [faulty] })).toMatchObject({
      polled: 1,
      published: 0,
      unchanged: 1,
      quarantined: 0,
    });
    await collector.drained();
    expect(await collector.items(faulty)).toHaveLength(1);
    const dead = await collector.dlq();
    expect(reasons(dead)).toEqual(bad.map(() => "invalid_element"));
    const envelopes = dead.map(({ Body = "" }) => JSON.parse(Body));
    expect(envelopes.map(({ element }) => element).sort()).toEqual([...bad].sort());
    expect(envelopes.every(({ device_id }) => device_id === faulty)).toBe(true);
    expect(dead[0]?.MessageAttributes?.failed_in?.StringValue).toBe("fetcher");
  });

  it("loses none to a hostile one: wrong types, deep nesting", async () => {
    const { collector, faulty } = await startPair();
    await using _collector = collector;
    for (const kind of ["wrong_types", "deep_nesting"] as const) {
      collector.api.setFault(faulty, { kind });
      expect(await collector.stack.poll({ device_ids: [faulty] })).toMatchObject({ polled: 1, failed: 0 });
    }
    await collector.drained();
    const items = await collector.items(faulty);
    expect(items.length).toBeGreaterThan(0);
    expect(new Set(reasons(await collector.dlq()))).toEqual(new Set(["invalid_element"]));
  });

  it("stores an element that comes twice once, and quarantines a second value", async () => {
    const { collector, faulty } = await startPair();
    await using _collector = collector;
    collector.api.setFault(faulty, { kind: "duplicate_elements" });
    const twice = await collector.stack.poll({ device_ids: [faulty] });
    expect(twice.unchanged).toBe(twice.published);
    await collector.drained();
    expect(await collector.items(faulty)).toHaveLength(twice.published);

    const at = Date.now();
    collector.api.setFault(faulty, undefined);
    collector.api.setResponse(faulty, [
      { measurement: "x", timestamp: at, value: 1 },
      { measurement: "x", timestamp: at, value: 2 },
    ]);
    expect(await collector.stack.poll({ device_ids: [faulty] })).toMatchObject({
      published: 1,
      quarantined: 1,
    });
    const dead = await collector.dlq();
    expect(reasons(dead)).toEqual(["conflicting_value"]);
    // The advice: to have this value instead, redrive it.
    expect(parseMessage(dead[0]?.Body ?? "").message).toMatchObject({
      device_id: faulty,
      measurement_type: "x",
      timestamp: at,
      value: "2",
    });
  });

  it("takes timestamps from the future as they are, and does not fall silent after them", async () => {
    const { collector, faulty } = await startPair();
    await using _collector = collector;
    collector.api.setFault(faulty, { kind: "future_timestamps", ms: 400 * 86_400_000 });
    const future = await collector.stack.poll({ device_ids: [faulty] });
    expect(future.published).toBeGreaterThan(0);
    collector.api.setFault(faulty, undefined);
    const present = await collector.stack.poll({ device_ids: [faulty] });
    expect(present.published).toBeGreaterThan(0);
    await collector.drained();
    expect(await collector.items(faulty)).toHaveLength(future.published + present.published);
  });

  it("stores nothing twice when timestamps go backwards", async () => {
    const { collector, faulty } = await startPair();
    await using _collector = collector;
    // Its first answer is that of now, and the later ones are older: no value can be measured in between.
    collector.api.setFault(faulty, { kind: "backwards_timestamps" });
    const first = await collector.stack.poll({ device_ids: [faulty] });
    expect(first.published).toBeGreaterThan(0);
    for (let again = 0; again < 2; again += 1)
      expect(await collector.stack.poll({ device_ids: [faulty] })).toMatchObject({ polled: 1, published: 0 });
    await collector.drained();
    expect(await collector.items(faulty)).toHaveLength(first.published);
  });
});

describe("a device that keeps failing", () => {
  it("is polled less and less often, and at once when its item is edited", async () => {
    const { collector, faulty } = await startPair();
    await using _collector = collector;
    collector.api.setFault(faulty, { kind: "status", status: 404 });
    for (let failure = 1; failure <= 3; failure += 1) {
      expect(await collector.stack.poll({})).toMatchObject({ polled: 1, failed: 1, skipped: 0 });
    }
    expect(await collector.stack.poll({})).toMatchObject({ polled: 1, failed: 0, skipped: 1 });
    collector.api.setFault(faulty, undefined);
    const item = { device_id: faulty, name: "mended", state: { ...(await stateOf(collector, faulty)) } };
    await collector.put(JSON.parse(JSON.stringify(item)));
    expect(await collector.stack.poll({})).toMatchObject({ polled: 2, failed: 0, skipped: 0 });
  });

  it("rests for as long as the API asks", async () => {
    const { collector, faulty } = await startPair();
    await using _collector = collector;
    collector.api.setFault(faulty, { kind: "status", status: 429, retryAfter: "1800" });
    await collector.stack.poll({});
    expect(await collector.stack.poll({})).toMatchObject({ polled: 1, skipped: 1 });
  });
});

describe("a key", () => {
  it("that is missing concerns only the devices that name it", async () => {
    const { collector, faulty, healthy } = await startPair();
    await using _collector = collector;
    await collector.put({ device_id: faulty, api_key: "mother" });
    expect(await collector.stack.poll({})).toMatchObject({ polled: 1, failed: 1 });
    expect(await stateOf(collector, faulty)).toMatchObject({
      last_error: { code: "key_unavailable", message: expect.stringContaining('there is no key "mother"') },
    });
    expect((await stateOf(collector, healthy))?.consecutive_failures).toBe(0);
    expect(collector.api.requests(faulty)).toHaveLength(0);
  });
});
