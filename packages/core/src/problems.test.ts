import { expect, it } from "vitest";
import * as z from "zod";

import { describeProblems } from "./problems.ts";

it("names a field by its path, and the whole value without a name", () => {
  const schema = z.object({ list: z.array(z.number("is not a number")) }, "is not an object");
  const problemsOf = (value: unknown) => describeProblems(schema.safeParse(value).error ?? { issues: [] });
  expect(problemsOf({ list: [1, "a", "b"] })).toEqual(["list.1 is not a number", "list.2 is not a number"]);
  expect(problemsOf(7)).toEqual(["is not an object"]);
  expect(problemsOf({ list: [] })).toEqual([]);
});
