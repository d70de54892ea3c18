import { expect, it } from "vitest";

import { createLog, describeError } from "./log.ts";

function lines(run: (log: ReturnType<typeof createLog>) => void, level = "info"): Record<string, unknown>[] {
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

it("writes nothing below its level", () => {
  expect(lines((log) => log.debug({ event: "x" }))).toEqual([]);
  expect(lines((log) => log.debug({ event: "x" }), "debug")).toHaveLength(1);
});

it("redacts what carries a key, wherever it stands (invariant 8)", () => {
  const names = ["api_key_value", "apiKey", "ENERGYLIVE_API_KEY", "X-API-KEY", "x-api-key", "authorization"];
  for (const name of names) {
    const secret = { [name]: "planted-key" };
    const [line] = lines((log) => log.info({ event: "x", ...secret, a: secret, b: { c: secret } }));
    const redacted = { [name]: "[redacted]" };
    expect(line).toMatchObject({ ...redacted, a: redacted, b: { c: redacted } });
    expect(JSON.stringify(line)).not.toContain("planted-key");
  }
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
