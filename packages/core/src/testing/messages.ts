import fc from "fast-check";

import { decimalText } from "../decimal.ts";
import type { MeasurementMessage } from "../queue/message.ts";

/** Any time that a measurement can have. */
export const timestamp = fc.integer({ min: 1_000_000_000_000, max: 9_999_999_999_999 });
/** Any type that a device can send. */
export const type = fc
  .string({ unit: "binary", minLength: 1, maxLength: 40 })
  .filter((text) => text.isWellFormed() && !/[\p{Cc}\uFFFD-\uFFFF]/u.test(text));
const value = fc
  .tuple(fc.stringMatching(/^-?[1-9][0-9]{0,37}$/), fc.integer({ min: -100, max: 80 }))
  .map(([digits, exponent]) => decimalText(`${digits}e${exponent}`))
  .filter((text) => text !== undefined);
/** Any message that the fetcher can send. */
export const message: fc.Arbitrary<MeasurementMessage> = fc.record({
  device_id: fc.stringMatching(/^[IG]-[0-9]{8}-[0-9]{8}$/),
  measurement_type: type,
  timestamp,
  value,
  collection_time: fc
    .date({ min: new Date("2020-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
    .map((date) => date.toISOString()),
  retention_days: fc.integer({ min: 1, max: 36_500 }),
});

export const EXAMPLE = {
  device_id: "I-10082023-01658401",
  measurement_type: "0100010700",
  timestamp: 1726559995000,
  value: 138,
  collection_time: "2024-09-17T08:00:00.123Z",
  retention_days: 365,
};
