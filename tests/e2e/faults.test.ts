import { parseMessage } from "@energylive/core/queue/message";
import type { Fault } from "@energylive/simulator/faults";
import { describe, expect, it } from "vitest";

import { API_KEY, type Collector, reasons, startCollector } from "./collector.ts";

const POLL = { POLL_TIMEOUT_MS: "700" };

/** A collector with a faulty device and a healthy one. */
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

/** What the API answers, and the resulting code in the device's state. */
const FAILURES: [Fault, string][] = [
  [{ kind: "status", status: 403 }, "forbidden"],
  [{ kind: "status", status: 404 }, "not_found"],
  [{ kind: "status", status: 400 }, "bad_request"],
  [{ kind: "status", status: 500 }, "server_error"],
  [{ kind: "status", status: 429, retryAfter: "1800" }, "rate_limited"],
  [{ kind: "connection_reset" }, "network_error"],
  [{ kind: "truncated_body" }, "network_error"],
  [{ kind: "hang" }, "timeout"],
  [{ kind: "slow_body" }, "timeout"],
  [{ kind: "html" }, "invalid_response"],
  [{ kind: "not_an_array" }, "invalid_response"],
  [{ kind: "huge_body" }, "response_too_large"],
];

describe("a device whose API answers badly", () => {
  it("fails alone, is stored again once the API answers well, and disturbs no other device (invariant 5)", async () => {
    await using collector = await startCollector({ devices: FAILURES.length + 1, variables: POLL });
    const [healthy = "", ...faulty] = collector.ids;
    await Promise.all(collector.ids.map((device_id) => collector.put({ device_id })));
    for (const [index, [fault]] of FAILURES.entries()) collector.api.setFault(faulty[index] ?? "", fault);
    expect(await collector.stack.poll({})).toMatchObject({
      polled: 1,
      failed: FAILURES.length,
      quarantined: 0,
    });
    await collector.drained();
    expect((await collector.items(healthy)).length).toBeGreaterThan(0);
    for (const [index, [, code]] of FAILURES.entries()) {
      const id = faulty[index] ?? "";
      expect(await collector.items(id)).toEqual([]);
      expect(await stateOf(collector, id)).toMatchObject({ consecutive_failures: 1, last_error: { code } });
    }
    expect(collector.logLines.join("")).not.toContain(API_KEY);

    for (const id of faulty) collector.api.setFault(id, undefined);
    expect(await collector.stack.poll({ device_ids: faulty })).toMatchObject({
      polled: FAILURES.length,
      failed: 0,
    });
    await collector.drained();
    for (const id of faulty) {
      expect((await collector.items(id)).length).toBeGreaterThan(0);
      expect((await stateOf(collector, id))?.consecutive_failures).toBe(0);
    }
  });

  it("delays no other device when it is slow", async () => {
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
  it("loses nothing to a fault that passes", async () => {
    const faults: Fault[] = [
      { kind: "status", status: 500 },
      { kind: "status", status: 503, retryAfter: "1" },
      { kind: "status", status: 429, retryAfter: "1" },
      { kind: "status", status: 429 },
      { kind: "connection_reset" },
      { kind: "truncated_body" },
    ];
    await using collector = await startCollector({ devices: faults.length });
    await Promise.all(collector.ids.map((device_id) => collector.put({ device_id })));
    for (const [index, fault] of faults.entries())
      collector.api.setFault(collector.ids[index] ?? "", [fault]);
    expect(await collector.stack.poll({})).toMatchObject({ polled: faults.length, failed: 0 });
    await collector.drained();
    for (const id of collector.ids) expect((await collector.items(id)).length).toBeGreaterThan(0);
  });
});

describe("elements that are not measurements", () => {
  it("quarantines invalid elements raw, once, and stores the valid ones beside them (invariants 1 and 6)", async () => {
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

  it("quarantines a second value for one measurement, and stores the same element twice once", async () => {
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
});

describe("a missing key", () => {
  it("affects only the devices that name a missing key (invariant 5)", async () => {
    const { collector, faulty, healthy } = await startPair();
    await using _collector = collector;
    await collector.put({ device_id: faulty, api_key: "mother" });
    expect(await collector.stack.poll({})).toMatchObject({ polled: 1, failed: 1 });
    expect(await stateOf(collector, faulty)).toMatchObject({
      last_error: { code: "key_unavailable", message: expect.stringContaining('key "mother" not found') },
    });
    expect((await stateOf(collector, healthy))?.consecutive_failures).toBe(0);
    expect(collector.api.requests(faulty)).toHaveLength(0);
  });
});
