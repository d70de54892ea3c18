import { expect, it } from "vitest";

import { loneValues } from "./lone-values.ts";

it("finds the values that have a gap or nothing on both sides", () => {
  const lone = (...column: (number | null | undefined)[]) => loneValues({ data: [[], column] }, 1);
  expect(lone(1)).toEqual([0]);
  expect(lone(1, 2)).toEqual([]);
  expect(lone(0, null, 1, undefined, 2, null, undefined, 3, undefined, null, null, 4)).toEqual([0, 7, 11]);
  expect(lone(undefined, null)).toEqual([]);
});
