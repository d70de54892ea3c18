import type * as z from "zod";

import { ALERT_RULE_NAMES } from "../alert/rule.ts";

/** What is wrong with a field of a device's item, as a code. The text catalogues put it into words. */
export type DeviceProblem = { field: string } & ValueProblem;

type ValueProblem =
  | {
      code:
        | "not_text"
        | "not_number"
        | "not_whole_number"
        | "not_true_or_false"
        | "not_list"
        | "not_map"
        | "not_device_id"
        | "not_key_name"
        | "not_channel_name"
        | "not_time_zone"
        | "not_time"
        | "empty"
        | "unusable_characters"
        | "not_in_rule"
        | "invalid";
    }
  | { code: "not_one_of"; known: string[] }
  | { code: "too_small"; minimum: number }
  | { code: "too_large" | "too_long"; maximum: number }
  | { code: "unknown_field"; known: string[] };

/**
 * What the device schema refused.
 *
 * @param known the fields that a device has
 */
export function problemsOf(error: z.ZodError, known: string[]): DeviceProblem[] {
  return error.issues.flatMap((issue): DeviceProblem[] => {
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((field) =>
        issue.path.length === 0
          ? { field, code: "unknown_field", known }
          : { field: [...issue.path, field].map(String).join("."), code: "not_in_rule" },
      );
    return [{ field: issue.path.map(String).join("."), ...problemOf(issue) }];
  });
}

function problemOf(issue: z.core.$ZodIssue): ValueProblem {
  switch (issue.code) {
    case "invalid_type":
      return { code: NOT_OF_TYPE.get(issue.expected) ?? "invalid" };
    case "invalid_format":
      return { code: FORMATS.get(String(issue.path[0])) ?? "invalid" };
    case "too_small":
      return issue.origin === "string"
        ? { code: "empty" }
        : { code: "too_small", minimum: Number(issue.minimum) };
    case "too_big":
      return {
        code: issue.origin === "string" ? "too_long" : "too_large",
        maximum: Number(issue.maximum),
      };
    case "invalid_value":
      return { code: "not_one_of", known: issue.values.map(String) };
    case "invalid_union":
      return { code: "not_one_of", known: [...ALERT_RULE_NAMES] };
    case "custom":
      return { code: issue.path[0] === "time_zone" ? "not_time_zone" : "unusable_characters" };
    default:
      return { code: "invalid" };
  }
}

/** What a field is not that is not written as it must be. */
const FORMATS = new Map<string, "not_device_id" | "not_key_name" | "not_channel_name" | "not_time">([
  ["device_id", "not_device_id"],
  ["api_key", "not_key_name"],
  ["channels", "not_channel_name"],
  ["muted_until", "not_time"],
]);

const NOT_OF_TYPE = new Map<
  string,
  "not_text" | "not_number" | "not_whole_number" | "not_true_or_false" | "not_list" | "not_map"
>([
  ["string", "not_text"],
  ["number", "not_number"],
  ["int", "not_whole_number"],
  ["boolean", "not_true_or_false"],
  ["array", "not_list"],
  ["record", "not_map"],
]);
