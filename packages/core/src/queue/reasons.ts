import { NO_REASON } from "./dead-letter.ts";

/** Every `failure_reason` that this version gives, and `none`. The text catalogues say what each means and what to do. */
export const KNOWN_REASONS = [
  "invalid_element",
  "implausible_time",
  "conflicting_value",
  "invalid_json",
  "invalid_message",
  "unknown_version",
  "rejected_by_dynamodb",
  "not_told",
  NO_REASON,
] as const;

export type KnownReason = (typeof KNOWN_REASONS)[number];
