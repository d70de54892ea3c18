import { expect, it } from "vitest";

import { createLog, describeError, type LogLevel } from "./log.ts";

function lines(
  run: (log: ReturnType<typeof createLog>) => void,
  level: LogLevel = "info",
): Record<string, unknown>[] {
  const written: string[] = [];
  run(createLog({ level, destination: { write: (line) => void written.push(line) } }));
  return written.map((line) => JSON.parse(line));
}

it("writes one JSON line per event, with its level as a word and its time", () => {
  const [line] = lines((log) => log.info({ event: "fetcher_finished", polled: 3 }));
  expect(line).toEqual({
    level: "info",
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    event: "fetcher_finished",
    polled: 3,
  });
});

it("writes events of its level and above", () => {
  const written = (level: LogLevel) =>
    lines((log) => {
      for (const severity of ["debug", "info", "warn", "error"] as const) log[severity]({ event: "x" });
    }, level).map((line) => line.level);
  expect(written("debug")).toEqual(["debug", "info", "warn", "error"]);
  expect(written("info")).toEqual(["info", "warn", "error"]);
  expect(written("warn")).toEqual(["warn", "error"]);
  expect(written("error")).toEqual(["error"]);
  expect(written("silent")).toEqual([]);
});

it("redacts keys in any field, at any depth and in any spelling (invariant 8)", () => {
  const names = [
    "api_key_value",
    "apiKey",
    "ENERGYLIVE_API_KEY",
    "X-API-KEY",
    "x-api-key",
    "Authorization",
    "password",
    "token",
    "secret",
  ];
  for (const name of names) {
    const secret = { [name]: "planted-key" };
    const [line] = lines((log) => log.info({ event: "x", ...secret, a: secret, b: { c: [{ d: secret }] } }));
    const redacted = { [name]: "[redacted]" };
    expect(line).toMatchObject({ ...redacted, a: redacted, b: { c: [{ d: redacted }] } });
    expect(JSON.stringify(line)).not.toContain("planted-key");
  }
});

it("writes a line whatever it contains", () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const [large, round] = lines((log) => {
    log.warn({ event: "large", n: 2n ** 64n });
    log.warn({ event: "round", circle });
  });
  expect(large).toMatchObject({ event: "large", n: "18446744073709551616" });
  expect(round).toMatchObject({ level: "warn", event: "round", circle: { self: "[circular]" } });
});

it("writes an error with its cause, and none of its other fields", () => {
  const cause = Object.assign(new Error("connect failed"), { code: "ECONNREFUSED", apiKey: "planted-key" });
  const error = Object.assign(new TypeError("fetch failed", { cause }), {
    headers: { "x-api-key": "planted-key" },
  });
  const [line] = lines((log) => log.error({ event: "x", error }));
  expect(line).toMatchObject({
    level: "error",
    error: { name: "TypeError", message: "fetch failed", cause: "connect failed (ECONNREFUSED)" },
  });
  expect(JSON.stringify(line)).not.toContain("planted-key");
});

it("keeps the cause of an error", () => {
  const cause = Object.assign(new Error("connect failed"), { code: "ECONNREFUSED" });
  expect(describeError(new TypeError("fetch failed", { cause }))).toEqual({
    name: "TypeError",
    message: "fetch failed",
    cause: "connect failed (ECONNREFUSED)",
  });
});

it.each([
  [new TypeError("a"), { name: "TypeError", message: "a" }],
  [new Error("a", { cause: new Error("b") }), { name: "Error", message: "a", cause: "b" }],
  [
    new Error("a", { cause: Object.assign(new Error("b"), { code: 7 }) }),
    { name: "Error", message: "a", cause: "b" },
  ],
  [new Error("a", { cause: "b" }), { name: "Error", message: "a", cause: "b" }],
  ["a", { name: "Error", message: "a" }],
])("describes whatever was thrown: %s", (error, described) => {
  expect(describeError(error)).toStrictEqual(described);
});
