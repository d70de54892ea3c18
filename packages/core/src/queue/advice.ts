import { NO_REASON } from "./dead-letter.ts";

interface Advice {
  /** What the message is. */
  meaning: string;
  /** What to do about it. */
  advice: string;
}

const ADVICE: Record<string, Advice> = {
  invalid_element: {
    meaning: "an element of an API response that is no measurement; its text is in the body",
    advice: "tell the API's operator, then purge: it is no measurement, so a redrive brings it back",
  },
  conflicting_value: {
    meaning: "a second value for a device, type and time of which another value went through",
    advice: "look at both; to have this one instead, redrive it; otherwise purge",
  },
  invalid_json: {
    meaning: "no JSON: something else than the fetcher wrote into the queue",
    advice: "find out what wrote it, then purge",
  },
  invalid_message: {
    meaning: "JSON, but no measurement: something else than the fetcher wrote into the queue",
    advice: "find out what wrote it, then purge",
  },
  unknown_version: {
    meaning: "written by a newer version than the consumer's",
    advice: "deploy the newer version, then redrive",
  },
  rejected_by_dynamodb: {
    meaning: "DynamoDB takes this item under no circumstances; the detail says why",
    advice: "mend what the detail names, then redrive",
  },
  [NO_REASON]: {
    meaning:
      "received as often as the queue allows and never stored: the consumer crashed on it for a day, or the table was down for four",
    advice: "mend that (the consumer's log tells it), then redrive",
  },
};

/** Every `failure_reason` that this version gives, and `none`. */
export const KNOWN_REASONS: readonly string[] = Object.keys(ADVICE);

/** What a `failure_reason` means, and what a person does about it. */
export function adviceFor(reason: string): Advice {
  return (
    ADVICE[reason] ?? {
      meaning: "a reason that this version does not know",
      advice: "update this command, or read the detail",
    }
  );
}
