import { expect, it } from "vitest";

import { createRequestLog } from "./request-log.ts";

const ENTRIES_KEPT = 100_000;

it("keeps the newest requests, however long it runs", () => {
  const log = createRequestLog();
  const requests = 3 * ENTRIES_KEPT + 7;
  for (let at = 0; at < requests; at += 1) {
    const deviceId = at % 2 === 0 ? "even" : "odd";
    log.add({ at, method: "GET", path: "/", deviceId, keyAccepted: true, status: 200 });
  }
  const kept = log.list().map(({ at }) => at);
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([ENTRIES_KEPT, requests - ENTRIES_KEPT, requests - 1]);
  expect(log.list("odd")).toHaveLength(ENTRIES_KEPT / 2);
});
