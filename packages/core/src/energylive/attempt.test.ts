import type { RequestListener } from "node:http";
import { gzipSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { failureOf, hang, KEY, ok, reset, startApi } from "../testing/api.ts";

describe("a connection", () => {
  it("retries a failed connection, and names host and reason in the error", async () => {
    await using api = await startApi([reset]);
    const error = await failureOf(api.client.devices(KEY));
    expect([error.code, api.requests.length]).toEqual(["network_error", 3]);
    expect(error.message).toMatch(/^the connection to 127\.0\.0\.1:\d+ failed: .*(ECONNRESET|closed)/);
    expect(error.cause).toBeInstanceOf(Error);
  });

  it("names each reason when all addresses of a host fail", async () => {
    const refused = ["::1", "127.0.0.1"].map((address) => new Error(`connect ECONNREFUSED ${address}:9`));
    await using api = await startApi([], { fetch: () => Promise.reject(new AggregateError(refused)) });
    expect((await failureOf(api.client.devices(KEY))).message).toMatch(
      /failed: connect ECONNREFUSED ::1:9; connect ECONNREFUSED 127\.0\.0\.1:9$/,
    );
  });

  it("reports a failure without any error", async () => {
    await using api = await startApi([ok("[]")], { fetch: () => Promise.reject("broken") });
    expect((await failureOf(api.client.devices(KEY))).message).toMatch(/failed: broken$/);
  });

  it("gives up a request that does not answer in time, headers or body", async () => {
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
  ])("closes the connection after an answer %s", async (_, code, body) => {
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
  it("reads a response without a body as an empty one", async () => {
    await using empty = await startApi([ok("")]);
    expect((await failureOf(empty.client.devices(KEY))).message).toBe("the list of devices is not JSON");
  });

  it("refuses a response that is cut off", async () => {
    const cutOff: RequestListener = (request, response) => {
      response.writeHead(200, { "content-length": 100 }).write('["I-1"]', () => request.socket.destroy());
    };
    await using api = await startApi([cutOff]);
    expect((await failureOf(api.client.devices(KEY))).code).toBe("network_error");
  });

  it("leaves its connection for later requests", async () => {
    await using api = await startApi([ok("[]")]);
    for (let request = 0; request < 20; request += 1) await api.client.devices(KEY);
    // The next request may begin just before the connection is free again, and open a second one.
    expect(new Set(api.requests.map(({ socket }) => socket.remotePort)).size).toBeLessThan(3);
  });

  it("limits a compressed response by its uncompressed size", async () => {
    const packed: RequestListener = (_, response) =>
      void response.setHeader("content-encoding", "gzip").end(gzipSync("x".repeat(1024 * 1024 + 1)));
    await using api = await startApi([packed]);
    expect((await failureOf(api.client.devices(KEY))).code).toBe("response_too_large");
  });

  it("reads a response of a megabyte and refuses a larger one", async () => {
    const ofSize = (bytes: number) => ok(`["${"x".repeat(bytes - 4)}"]`);
    await using api = await startApi([ofSize(1024 * 1024), ofSize(1024 * 1024 + 1)]);
    expect((await api.client.devices(KEY))[0]).toHaveLength(1024 * 1024 - 4);
    const error = await failureOf(api.client.devices(KEY));
    expect([error.code, error.retryable, api.requests.length]).toEqual(["response_too_large", false, 2]);
    expect(error.message).toBe("the response to /api/v1/devices is larger than 1048576 bytes");
  });
});
