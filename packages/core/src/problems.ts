import type * as z from "zod";

/** What a schema refused, in words, each with the field's name: `timestamp is not a number`. */
export function describeProblems(error: { issues: readonly z.core.$ZodIssue[] }): string[] {
  return error.issues.map((issue) => {
    const field = issue.path.map(String).join(".");
    return field === "" ? issue.message : `${field} ${issue.message}`;
  });
}
