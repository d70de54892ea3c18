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
  const secret = "planted-key";
  const fields = {
    event: "x",
    "X-API-KEY": secret,
    headers: { "x-api-key": secret },
    a: { b: { ENERGYLIVE_API_KEY: secret } },
  };
  expect(JSON.stringify(lines((log) => log.info(fields)))).not.toContain(secret);
});

it("keeps the cause of an error", () => {
  const cause = Object.assign(new Error("connect failed"), { code: "ECONNREFUSED" });
  expect(describeError(new TypeError("fetch failed", { cause }))).toEqual({
    name: "TypeError",
    message: "fetch failed",
    cause: "connect failed (ECONNREFUSED)",
  });
});
