import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createTcpServer, type Server } from "node:net";

import { describe, expect, it } from "vitest";

import { ApiKey } from "../keys/api-key.ts";
import { ConfigurationError } from "../settings/configuration-error.ts";
import { type LeapingClock, leapingClock } from "../testing/clock.ts";
import { createEnergyLiveClient, type EnergyLiveClient, type EnergyLiveClientOptions } from "./client.ts";
import { EnergyLiveApiError, OutOfTimeError } from "./errors.ts";
import { httpGet } from "./http.ts";

const SECRET = "VsMgAMu7D6SD7jXEzbDlw_planted";
const KEY = new ApiKey("mother", SECRET);
const ID = "I-10082023-01658401";
const LATEST = '[{"measurement":"0100010700","timestamp":1726559995000,"value":138.0}]';
const NOW = Date.parse("2026-11-24T12:00:00.000Z");

interface Api extends AsyncDisposable {
  client: EnergyLiveClient;
  clock: LeapingClock;
  requests: IncomingMessage[];
  url: string;
}

/** An API that gives one answer after the other, and then the last one again. */
async function startApi(
  answers: RequestListener[],
  options: Partial<EnergyLiveClientOptions> = {},
): Promise<Api> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answers[Math.min(requests.length, answers.length) - 1]?.(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${portOf(server)}/api/v1`;
  const clock = leapingClock(NOW);
  return {
    clock,
    requests,
    url,
    client: createEnergyLiveClient({
      baseUrl: url,
      httpGet,
      clock,
      random: () => 0.5,
      timeoutMs: 5_000,
      ...options,
    }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("the server listens on no port");
  return address.port;
}

const ok =
  (body: string): RequestListener =>
  (_, response) =>
    void response.end(body);
const status =
  (code: number, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    void response.writeHead(code, headers).end("no");
const reset: RequestListener = (request) => void request.socket.resetAndDestroy();
const hang: RequestListener = () => {};

async function failureOf(request: Promise<unknown>): Promise<EnergyLiveApiError> {
  const error = await request.then(
    () => undefined,
    (reason) => reason,
  );
  if (!(error instanceof EnergyLiveApiError)) throw new TypeError(`not the API's error: ${error}`);
  return error;
}

describe("a request", () => {
  it("goes to the device's path, with the key in its header", async () => {
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

  it("to an https URL begins with a handshake", async () => {
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
    await using api = await startApi([], { baseUrl: `https://127.0.0.1:${portOf(server)}` });
    expect((await failureOf(api.client.devices(KEY))).code).toBe("network_error");
    expect(types).toEqual([TLS_HANDSHAKE, TLS_HANDSHAKE, TLS_HANDSHAKE]);
  });

  it("is the same with a slash at the end of the base URL", async () => {
    await using api = await startApi([ok("[]")]);
    const client = createEnergyLiveClient({
      baseUrl: `${api.url}/`,
      httpGet,
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

  it("is never sent in the clear but to loopback", async () => {
    const make = (baseUrl: string) => () =>
      createEnergyLiveClient({ baseUrl, httpGet, clock: leapingClock(), random: Math.random, timeoutMs: 1 });
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

  it("runs within the limit that it is given, each attempt by itself", async () => {
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

  it("has the key taken out of an answer that echoes it (invariant 8)", async () => {
    await using api = await startApi([ok(`["${SECRET}"]`)]);
    expect(await api.client.devices(KEY)).toEqual(["[key mother]"]);
  });
});

describe("the list of devices", () => {
  it("is the ids as they come", async () => {
    await using api = await startApi([ok('["I-1","G-2"]')]);
    expect(await api.client.devices(KEY)).toEqual(["I-1", "G-2"]);
  });

  it.each([
    ["<html>", /the list of devices is not JSON/],
    ['{"a":1}', /not an array of ids/],
    ["[1]", /not an array of ids/],
  ])("that is none is one clear error: %s", async (body, message) => {
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
    [404, "not_found", /there is no such device for the key "mother"/],
    [418, "unexpected_status", /answered 418/],
    [499, "unexpected_status", /answered 499/],
  ])("%i is %s, and is not tried again", async (code, name, message) => {
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
  ])("%i is %s, and is tried three times, at longer and longer intervals", async (code, name, message) => {
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
    ["that is no time", "soon", 250],
    ["that begins as a number", "7 apples", 250],
    ["that ends as a number", "apples 7", 250],
    ["that is empty", " ", 250],
  ])("%s is honoured", async (_, header, waitMs) => {
    await using api = await startApi([status(429, { "retry-after": header }), ok("[]")]);
    await api.client.devices(KEY);
    expect(api.clock.waits).toEqual([waitMs]);
  });

  it("of twenty seconds is waited for; a longer one ends the poll and is told", async () => {
    await using patient = await startApi([status(503, { "retry-after": "20" }), ok("[]")]);
    await patient.client.devices(KEY);
    expect(patient.clock.waits).toEqual([20_000]);

    await using api = await startApi([status(429, { "retry-after": "21" })]);
    expect((await failureOf(api.client.devices(KEY))).retryAfterMs).toBe(21_000);
    expect([api.requests.length, api.clock.waits]).toEqual([1, []]);
  });
});

describe("a connection", () => {
  it("that fails is tried again; the error names host and reason", async () => {
    await using api = await startApi([reset]);
    const error = await failureOf(api.client.devices(KEY));
    expect([error.code, api.requests.length]).toEqual(["network_error", 3]);
    expect(error.message).toMatch(/^the connection to 127\.0\.0\.1:\d+ failed: .*(ECONNRESET|closed)/);
    expect(error.cause).toBeInstanceOf(Error);
  });

  it("to a host with several addresses that all fail names each reason", async () => {
    const refused = ["::1", "127.0.0.1"].map((address) => new Error(`connect ECONNREFUSED ${address}:9`));
    await using api = await startApi([], { httpGet: () => Promise.reject(new AggregateError(refused)) });
    expect((await failureOf(api.client.devices(KEY))).message).toMatch(
      /failed: connect ECONNREFUSED ::1:9; connect ECONNREFUSED 127\.0\.0\.1:9$/,
    );
  });

  it("that fails with no error at all is told too", async () => {
    await using api = await startApi([ok("[]")], { httpGet: () => Promise.reject("broken") });
    expect((await failureOf(api.client.devices(KEY))).message).toMatch(/failed: broken$/);
  });

  it("that does not answer in time is given up, headers or body", async () => {
    const dribble: RequestListener = (_, response) => void response.writeHead(200).write("[");
    for (const answer of [hang, dribble]) {
      await using api = await startApi([answer, ok("[]")], { timeoutMs: 500 });
      expect(await api.client.devices(KEY)).toEqual([]);
      // On a busy machine the second may be late too.
      expect(api.requests.length).toBeGreaterThan(1);
    }
    await using api = await startApi([hang], { timeoutMs: 20 });
    const error = await failureOf(api.client.devices(KEY));
    expect([error.code, error.retryable]).toEqual(["timeout", true]);
    expect(error.message).toBe("energyLIVE did not answer /api/v1/devices within 20 ms");
  });

  it.each([
    ["that is not read", 404, "x"],
    ["that is too large", 200, "x".repeat(1024 * 1024 + 1)],
  ])("is closed after an answer %s", async (_, code, body) => {
    const closed = Promise.withResolvers<void>();
    const endless: RequestListener = (request, response) => {
      request.socket.on("close", () => closed.resolve());
      response.writeHead(code).write(body);
    };
    // Longer than this test may take.
    await using api = await startApi([endless], { timeoutMs: 600_000 });
    await failureOf(api.client.devices(KEY));
    await closed.promise;
  });
});

describe("a response", () => {
  it("without a body is read as an empty one", async () => {
    await using empty = await startApi([ok("")]);
    expect((await failureOf(empty.client.devices(KEY))).message).toBe("the list of devices is not JSON");
  });

  it("that is cut off is none", async () => {
    const cutOff: RequestListener = (request, response) => {
      response.writeHead(200, { "content-length": 100 }).write('["I-1"]', () => request.socket.destroy());
    };
    await using api = await startApi([cutOff]);
    expect((await failureOf(api.client.devices(KEY))).code).toBe("network_error");
  });

  it("leaves its connection for the next request", async () => {
    await using api = await startApi([ok("[]")]);
    for (let request = 0; request < 3; request += 1) await api.client.devices(KEY);
    expect(new Set(api.requests.map(({ socket }) => socket.remotePort)).size).toBe(1);
  });

  it("of a megabyte is read, a larger one refused", async () => {
    const ofSize = (bytes: number) => ok(`["${"x".repeat(bytes - 4)}"]`);
    await using api = await startApi([ofSize(1024 * 1024), ofSize(1024 * 1024 + 1)]);
    expect((await api.client.devices(KEY))[0]).toHaveLength(1024 * 1024 - 4);
    const error = await failureOf(api.client.devices(KEY));
    expect([error.code, error.retryable, api.requests.length]).toEqual(["response_too_large", false, 2]);
    expect(error.message).toBe("the response to /api/v1/devices is larger than 1048576 bytes");
  });
});

describe("time", () => {
  it("that is over before the request's turn comes asks nothing, and is no failure of the API", async () => {
    await using api = await startApi([ok("[]")]);
    await expect(api.client.devices(KEY, { startBy: NOW })).rejects.toThrow(OutOfTimeError);
    await expect(api.client.devices(KEY, { startBy: NOW })).rejects.toMatchObject({ name: "OutOfTimeError" });
    expect(api.requests).toHaveLength(0);
    expect(await api.client.devices(KEY, { startBy: NOW + 1 })).toEqual([]);
  });

  it("that is over for beginning is not over for trying again", async () => {
    await using api = await startApi([status(500), ok("[]")]);
    expect(await api.client.devices(KEY, { startBy: NOW + 1, deadlineAt: NOW + 1_000 })).toEqual([]);
  });

  it("is not waited beyond", async () => {
    await using api = await startApi([status(500)]);
    expect((await failureOf(api.client.devices(KEY, { deadlineAt: NOW + 250 }))).code).toBe("server_error");
    expect([api.requests.length, api.clock.waits]).toEqual([1, []]);
  });

  it("that ended while a retry waited for its turn gives the failure before", async () => {
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

  it("that is over for a first request leaves it a millisecond", async () => {
    await using api = await startApi([hang]);
    const error = await failureOf(api.client.devices(KEY, { deadlineAt: NOW }));
    expect(error.message).toMatch(/within 1 ms/);
  });

  it("bounds a request more than its own timeout does", async () => {
    await using api = await startApi([hang], { timeoutMs: 60_000 });
    const error = await failureOf(api.client.devices(KEY, { deadlineAt: NOW + 60 }));
    expect(error.message).toMatch(/within 60 ms/);
  });
});
