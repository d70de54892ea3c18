import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import * as z from "zod";

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
export interface DeviceState extends z.infer<typeof Attributes> {
  /** Per measurement type: the newest published timestamp, in epoch milliseconds. */
  watermarks: Record<string, number>;
}

export const DeviceState = {
  /**
   * Reads `state`. An unreadable state counts as none: the device is polled afresh. Measurements published again land on
   * the existing items, with the later `collection_time`.
   */
  read(state: AttributeValue | undefined): DeviceState {
    const { watermarks, ...attributes } = state?.M ?? {};
    try {
      const parsed = Attributes.safeParse(unmarshall(attributes));
      if (parsed.success) return { ...parsed.data, watermarks: readWatermarks(watermarks) };
    } catch {
      // A number that a double cannot hold: the fetcher did not write it.
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

// By hand, because a measurement type may be called `constructor`, which `marshall` takes for a class.

function readWatermarks(attribute: AttributeValue | undefined): Record<string, number> {
  const entries = Object.entries(attribute?.M ?? {}).map(([type, { N }]) => [type, Number(N)] as const);
  return Object.fromEntries(entries.filter(([, timestamp]) => Number.isSafeInteger(timestamp)));
}

function writeWatermarks(watermarks: Record<string, number>): AttributeValue {
  // The SDK takes `__proto__` for the map's prototype, and DynamoDB then refuses the whole state. Without its watermark a
  // measurement of that type is published at every poll, which changes nothing.
  const entries = Object.entries(watermarks).filter(([type]) => type !== "__proto__");
  return { M: Object.fromEntries(entries.map(([type, timestamp]) => [type, { N: String(timestamp) }])) };
}
