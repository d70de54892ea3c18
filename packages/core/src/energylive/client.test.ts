import { once } from "node:events";
import { createServer as createTcpServer } from "node:net";

import { describe, expect, it } from "vitest";
import { listeningPort } from "../listening-port.ts";
import { ConfigurationError } from "../settings/configuration-error.ts";
import { failureOf, hang, ID, KEY, LATEST, NOW, ok, SECRET, startApi, status } from "../testing/api.ts";
import { leapingClock } from "../testing/clock.ts";
import { createEnergyLiveClient } from "./client.ts";
import { OutOfTimeError } from "./errors.ts";

describe("a request", () => {
  it("requests the device's path with the key in a header", async () => {
    await using api = await startApi([ok(LATEST)]);
    const { measurements, invalid } = await api.client.latest(KEY, ID);
    expect([measurements.length, invalid.length]).toEqual([1, 0]);
    const [request] = api.requests;
    expect(request?.method).toBe("GET");
    expect(request?.url).toBe(`/api/v1/devices/${ID}/measurements/latest`);
    expect(request?.headers).toMatchObject({
      "x-api-key": SECRET,
      accept: "application/json",
      "accept-encoding": "identity",
    });
  });

  it("starts with a handshake for an https URL", async () => {
    const TLS_HANDSHAKE = 22;
    const types: (number | undefined)[] = [];
    const server = createTcpServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (data) => {
        types.push(data[0]);
        socket.destroy();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    await using _ = { [Symbol.asyncDispose]: async () => void server.close() };
    await using api = await startApi([], { baseUrl: `https://127.0.0.1:${listeningPort(server)}` });
    expect((await failureOf(api.client.devices(KEY))).code).toBe("network_error");
    expect(types).toEqual([TLS_HANDSHAKE, TLS_HANDSHAKE, TLS_HANDSHAKE]);
  });

  it("ignores a slash at the end of the base URL", async () => {
    await using api = await startApi([ok("[]")]);
    const client = createEnergyLiveClient({
      baseUrl: `${api.url}/`,
      fetch,
      clock: api.clock,
      random: Math.random,
      timeoutMs: 5_000,
    });
    await client.devices(KEY);
    expect(api.requests[0]?.url).toBe("/api/v1/devices");
  });

  it("keeps to its path, whatever the device is called", async () => {
    await using api = await startApi([ok("[]")]);
    await api.client.latest(KEY, "../../v2/devices?x=1#y");
    expect(api.requests[0]?.url).toBe(
      "/api/v1/devices/..%2F..%2Fv2%2Fdevices%3Fx%3D1%23y/measurements/latest",
    );
  });

  it("sends nothing in the clear except to loopback", async () => {
    const make = (baseUrl: string) => () =>
      createEnergyLiveClient({ baseUrl, fetch, clock: leapingClock(), random: Math.random, timeoutMs: 1 });
    expect(make("http://example.org/api")).toThrow(ConfigurationError);
    expect(make("http://example.org/api")).toThrow(/ENERGYLIVE_API_URL is not HTTPS/);
    expect(make("ftp://127.0.0.1/api")).toThrow(ConfigurationError);
    for (const allowed of [
      "https://example.org",
      "http://localhost:1/",
      "http://[::1]:1/",
      "http://127.0.0.1",
    ])
      expect(make(allowed)).not.toThrow();
  });

  it("runs each attempt within the given limit", async () => {
    let attempts = 0;
    await using api = await startApi([status(500), ok(LATEST)], {
      limit: (request) => {
        attempts += 1;
        return request();
      },
    });
    await api.client.latest(KEY, ID);
    expect(attempts).toBe(2);
  });

  it("removes the key from an answer that echoes it (invariant 8)", async () => {
    await using api = await startApi([ok(`["${SECRET}"]`)]);
    expect(await api.client.devices(KEY)).toEqual(["[key mother]"]);
  });
});

describe("the list of devices", () => {
  it("returns the ids as they come", async () => {
    await using api = await startApi([ok('["I-1","G-2"]')]);
    expect(await api.client.devices(KEY)).toEqual(["I-1", "G-2"]);
  });

  it.each([
    ["<html>", /the list of devices is not JSON/],
    ['{"a":1}', /not an array of ids/],
    ["[1]", /not an array of ids/],
  ])("gives one clear error for a list that is not one: %s", async (body, message) => {
    await using api = await startApi([ok(body)]);
    const error = await failureOf(api.client.devices(KEY));
    expect(error.code).toBe("invalid_response");
    expect(error.message).toMatch(message);
    expect(error.cause instanceof SyntaxError).toBe(body === "<html>");
    expect(api.requests).toHaveLength(1);
  });
});

describe("a status other than 200", () => {
  it.each([
    [201, "unexpected_status", /answered 201 to \/api\/v1\/devices$/],
    [299, "unexpected_status", /answered 299/],
    [300, "redirect_refused", /answered 300 to .*: redirects are refused/],
    [302, "redirect_refused", /check ENERGYLIVE_API_URL/],
    [399, "redirect_refused", /answered 399/],
    [400, "bad_request", /answered 400/],
    [401, "forbidden", /the key "mother" is unknown or revoked/],
    [403, "forbidden", /the key "mother" is unknown or revoked/],
    [404, "not_found", /the key "mother" has no such device/],
    [418, "unexpected_status", /answered 418/],
    [499, "unexpected_status", /answered 499/],
  ])("answers %i with %s and does not retry", async (code, name, message) => {
    await using api = await startApi([status(code, { location: "/elsewhere" })]);
    const error = await failureOf(api.client.devices(KEY));
    expect([error.name, error.code, error.retryable]).toEqual(["EnergyLiveApiError", name, false]);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain(SECRET);
    expect(error).not.toHaveProperty("cause");
    expect(api.requests).toHaveLength(1);
  });

  it.each([
    [429, "rate_limited", /too many requests/],
    [500, "server_error", /answered 500/],
    [503, "server_error", /answered 503/],
  ])("answers %i with %s after three attempts, at growing intervals", async (code, name, message) => {
    await using api = await startApi([status(code)]);
    const error = await failureOf(api.client.devices(KEY));
    expect([error.code, error.retryable]).toEqual([name, true]);
    expect(error.message).toMatch(message);
    expect(api.requests).toHaveLength(3);
    expect(api.clock.waits).toEqual([250, 500]);
  });
});

describe("Retry-After", () => {
  it.each([
    ["in seconds", "7", 7_000],
    ["as a date", new Date(NOW + 9_000).toUTCString(), 9_000],
    ["in the past", new Date(NOW - 9_000).toUTCString(), 250],
    ["that is shorter than the jitter", "0", 250],
    ["that is not a time", "soon", 250],
    ["that begins as a number", "7 apples", 250],
    ["that ends as a number", "apples 7", 250],
    ["that is empty", " ", 250],
  ])("honours Retry-After %s", async (_, header, waitMs) => {
    await using api = await startApi([status(429, { "retry-after": header }), ok("[]")]);
    await api.client.devices(KEY);
    expect(api.clock.waits).toEqual([waitMs]);
  });

  it("waits for a Retry-After of twenty seconds; a longer one ends the poll and is reported", async () => {
    await using patient = await startApi([status(503, { "retry-after": "20" }), ok("[]")]);
    await patient.client.devices(KEY);
    expect(patient.clock.waits).toEqual([20_000]);

    await using api = await startApi([status(429, { "retry-after": "21" })]);
    expect((await failureOf(api.client.devices(KEY))).retryAfterMs).toBe(21_000);
    expect([api.requests.length, api.clock.waits]).toEqual([1, []]);
  });
});

describe("time", () => {
  it("asks nothing, and reports no API failure, when the time is over before the request's turn", async () => {
    await using api = await startApi([ok("[]")]);
    await expect(api.client.devices(KEY, { startBy: NOW })).rejects.toThrow(OutOfTimeError);
    await expect(api.client.devices(KEY, { startBy: NOW })).rejects.toMatchObject({ name: "OutOfTimeError" });
    expect(api.requests).toHaveLength(0);
    expect(await api.client.devices(KEY, { startBy: NOW + 1 })).toEqual([]);
  });

  it("retries even after the time for new requests is over", async () => {
    await using api = await startApi([status(500), ok("[]")]);
    expect(await api.client.devices(KEY, { startBy: NOW + 1, deadlineAt: NOW + 1_000 })).toEqual([]);
  });

  it("does not wait beyond the deadline", async () => {
    await using api = await startApi([status(500)]);
    expect((await failureOf(api.client.devices(KEY, { deadlineAt: NOW + 250 }))).code).toBe("server_error");
    expect([api.requests.length, api.clock.waits]).toEqual([1, []]);
  });

  it("reports the previous failure when time ran out while a retry waited for its turn", async () => {
    let turns = 0;
    const clock = leapingClock(NOW);
    await using api = await startApi([status(503), ok("[]")], {
      clock,
      limit: (request) => {
        turns += 1;
        // With the wait of 250 ms before it, to the millisecond.
        if (turns === 2) clock.advance(9_750);
        return request();
      },
    });
    expect((await failureOf(api.client.devices(KEY, { deadlineAt: NOW + 10_000 }))).code).toBe(
      "server_error",
    );
    expect(api.requests).toHaveLength(1);
  });

  it("leaves a first request a millisecond when its time is over", async () => {
    await using api = await startApi([hang]);
    const error = await failureOf(api.client.devices(KEY, { deadlineAt: NOW }));
    expect(error.message).toMatch(/within 1 ms/);
  });

  it("limits a request to the time left, below its own timeout", async () => {
    await using api = await startApi([hang], { timeoutMs: 60_000 });
    const error = await failureOf(api.client.devices(KEY, { deadlineAt: NOW + 60 }));
    expect(error.message).toMatch(/within 60 ms/);
  });
});
