import * as z from "zod";

import { parseJson } from "../json.ts";
import { WholeNumber } from "../measurement/measurement.ts";
import { describeProblems } from "../problems.ts";
import type { PoisonReason } from "./message.ts";

const Versioned = z.object({ v: WholeNumber });

export type ParsedBody<Content> =
  | { content: Content; poison?: never }
  | { content?: never; poison: { reason: PoisonReason; detail: string } };

/**
 * Reads a message's body of this version or an older one. Never throws: an unreadable body is poison, with the reason.
 *
 * @param options.reader who reads it, for a person: `profiler`
 */
export function parseBody<Content>(
  body: string,
  schema: z.ZodType<Content>,
  options: { version: number; reader: string },
): ParsedBody<Content> {
  const { version, reader } = options;
  let json: unknown;
  try {
    json = parseJson(body);
  } catch (error) {
    return {
      poison: { reason: "invalid_json", detail: error instanceof Error ? error.message : String(error) },
    };
  }
  const written = Versioned.safeParse(json).data?.v ?? 0;
  if (written > version)
    return {
      poison: {
        reason: "unknown_version",
        detail: `v is ${written}; this ${reader} reads up to ${version}: deploy a newer one, then redrive`,
      },
    };
  const parsed = schema.safeParse(json);
  return parsed.success
    ? { content: parsed.data }
    : { poison: { reason: "invalid_message", detail: describeProblems(parsed.error).join("; ") } };
}
