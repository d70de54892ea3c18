import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import * as z from "zod";

/**
 * What the fetcher remembers of a device. It lies in the device's item under `state`, written by the fetcher alone.
 * Times are ISO 8601 UTC, for the person who reads them in the console.
 */
const Attributes = z.object({
  last_polled_at: z.string().optional(),
  last_success_at: z.string().optional(),
  /** The last failure, kept after a success too: `consecutive_failures` says whether it still stands. */
  last_error: z.object({ code: z.string(), message: z.string(), at: z.string() }).optional(),
  consecutive_failures: z.number().default(0),
  /** While the device backs off: not polled before this. */
  not_before: z.string().optional(),
  /** The configuration that was polled last; an edit voids the back-off. */
  config_fingerprint: z.string().optional(),
  /** Hashes of the elements that the last poll quarantined, so that one that stays is quarantined once. */
  quarantined: z.array(z.string()).default([]),
});
export interface DeviceState extends z.infer<typeof Attributes> {
  /** Per measurement type: the newest timestamp already published, in epoch milliseconds. */
  watermarks: Record<string, number>;
}

export const DeviceState = {
  /**
   * Reads `state`. One that cannot be read counts as none: the device is polled afresh, and what is published again
   * lands on the items that are there, with the later `collection_time`.
   */
  read(state: AttributeValue | undefined): DeviceState {
    const { watermarks, ...attributes } = state?.M ?? {};
    try {
      const parsed = Attributes.safeParse(unmarshall(attributes));
      if (parsed.success) return { ...parsed.data, watermarks: readWatermarks(watermarks) };
    } catch {
      // A number that no double holds: nothing that the fetcher wrote.
    }
    return { consecutive_failures: 0, quarantined: [], watermarks: {} };
  },

  write(state: DeviceState): AttributeValue {
    const { watermarks, ...attributes } = state;
    return {
      M: {
        ...marshall(attributes, { removeUndefinedValues: true }),
        watermarks: writeWatermarks(watermarks),
      },
    };
  },
};

// By hand: a measurement type may be called `constructor`, which `marshall` takes for the sign of a class.

function readWatermarks(attribute: AttributeValue | undefined): Record<string, number> {
  const entries = Object.entries(attribute?.M ?? {}).map(([type, { N }]) => [type, Number(N)] as const);
  return Object.fromEntries(entries.filter(([, timestamp]) => Number.isSafeInteger(timestamp)));
}

function writeWatermarks(watermarks: Record<string, number>): AttributeValue {
  // The SDK takes `__proto__` for the map's prototype, and DynamoDB then refuses the whole state. Without its watermark
  // a measurement of that type is published again at every poll, which changes nothing.
  const entries = Object.entries(watermarks).filter(([type]) => type !== "__proto__");
  return { M: Object.fromEntries(entries.map(([type, timestamp]) => [type, { N: String(timestamp) }])) };
}
