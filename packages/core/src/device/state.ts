import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import * as z from "zod";

import { readSeen, type Seen, watermarksOf, writeSeen } from "./seen.ts";

/**
 * What the fetcher remembers about a device. Stored in the device's item under `state`, which only the fetcher writes.
 * Times are ISO 8601 UTC, for people who read them in the console.
 */
const Attributes = z.object({
  last_polled_at: z.string().optional(),
  last_success_at: z.string().optional(),
  /** The last failure. Kept after a success; `consecutive_failures` says whether the device still fails. */
  last_error: z.object({ code: z.string(), message: z.string(), at: z.string() }).optional(),
  consecutive_failures: z.number().default(0),
  /** While the device backs off: do not poll it before this time. */
  not_before: z.string().optional(),
  /** Fingerprint of the configuration polled last; an edit ends the back-off. */
  config_fingerprint: z.string().optional(),
  /** Hashes of the elements that the last poll quarantined, so an element that stays is quarantined once. */
  quarantined: z.array(z.string()).default([]),
});
/** What is written to the table; watermarks are derived when it is read. */
export interface WrittenState extends z.infer<typeof Attributes> {
  seen: Seen;
  watermarks?: unknown;
}
export interface DeviceState extends WrittenState {
  /** Per measurement type: the time that the device sent last, in epoch milliseconds. */
  watermarks: Record<string, number>;
}

export const DeviceState = {
  /**
   * Reads `state`. An unreadable state counts as none: the device is polled afresh. Measurements published again land on
   * the existing items, with the later `collection_time`.
   */
  read(state: AttributeValue | undefined): DeviceState {
    const { watermarks = { M: {} }, seen = { M: {} }, ...attributes } = state?.M ?? {};
    try {
      const parsed = Attributes.safeParse(unmarshall(attributes));
      if (parsed.success) return withWatermarks({ ...parsed.data, seen: readSeen({ watermarks, seen }) });
    } catch {
      // A number that a double cannot hold: the fetcher did not write it.
    }
    // The time stays: the next state is only written if nobody has written one in between.
    const polled =
      attributes.last_polled_at?.S === undefined ? {} : { last_polled_at: attributes.last_polled_at.S };
    return withWatermarks({ consecutive_failures: 0, quarantined: [], seen: new Map(), ...polled });
  },

  write(state: WrittenState): AttributeValue {
    const { seen, watermarks: _, ...attributes } = state;
    return { M: { ...marshall(attributes, { removeUndefinedValues: true }), seen: writeSeen(seen) } };
  },
};

function withWatermarks(state: WrittenState): DeviceState {
  return { ...state, watermarks: watermarksOf(state.seen) };
}
