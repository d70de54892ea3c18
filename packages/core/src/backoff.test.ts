import { expect, it } from "vitest";

import { fullJitterMs } from "./backoff.ts";

it("waits for a random part of a time that doubles up to a cap", () => {
  const waits = (random: number) =>
    [1, 2, 3, 4, 5].map((attempt) => fullJitterMs(attempt, 100, 700, () => random));
  expect(waits(0)).toEqual([0, 0, 0, 0, 0]);
  expect(waits(0.5)).toEqual([50, 100, 200, 350, 350]);
  expect(waits(0.999)).toEqual([99, 199, 399, 699, 699]);
});
