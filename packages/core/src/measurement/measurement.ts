import * as z from "zod";

import { type DecimalText, decimalText } from "../decimal.ts";
import { NumberText } from "../json.ts";

/** One value of one type at one time, as a device sent it. */
export interface Measurement {
  device_id: string;
  measurement_type: string;
  /** Epoch milliseconds, exactly as the API gave it. */
  timestamp: number;
  /** As the API gave it, to the last digit. */
  value: DecimalText;
}

/** A letter, eight digits, eight digits: an interface `I-…` or a gateway `G-…`. */
export const DeviceId = z
  .string("is not a string")
  .regex(/^[A-Z]-\d{8}-\d{8}$/, "is not a device id: it looks like I-10082023-01658401");

/** Bounded, because it is part of a DynamoDB sort key (1,024 bytes in all) and of an index key. */
const MAX_TYPE_LENGTH = 200;

/**
 * Any name that SQS and DynamoDB carry unchanged. SQS refuses control characters, lone surrogates and non-characters,
 * because its message bodies are XML. Source:
 * docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export const MeasurementType = z
  .string("is not a string")
  .min(1, "is empty")
  .max(MAX_TYPE_LENGTH, `is longer than ${MAX_TYPE_LENGTH} characters`)
  .refine(
    (type) => type.isWellFormed() && !/[\p{Cc}\uFFFE\uFFFF]/u.test(type),
    "contains characters that cannot be sent",
  )
  // Two names that differ only in such bytes would otherwise become one.
  .refine((type) => !type.includes("\uFFFD"), "contains U+FFFD, which stands for bytes that are not UTF-8");

/** Thirteen digits: milliseconds. Seconds (ten digits) would be read as 1970 and are refused. */
const FIRST_TIMESTAMP = 1_000_000_000_000;
export const LAST_TIMESTAMP = 9_999_999_999_999;

/** A JSON number without a fraction, small enough for a double. */
export const WholeNumber = z
  .number({ error: ({ input }) => `is not a ${input instanceof NumberText ? "whole " : ""}number` })
  .int("is not a whole number");

const NOT_MILLISECONDS = "is not a time in milliseconds (13 digits)";

/** A JSON number that is a time in epoch milliseconds. */
export const Timestamp = WholeNumber.min(FIRST_TIMESTAMP, NOT_MILLISECONDS).max(
  LAST_TIMESTAMP,
  NOT_MILLISECONDS,
);

/** A JSON number, as `parseJson` gives it. */
export const Value = z
  .custom<number | NumberText>(
    (value) => typeof value === "number" || value instanceof NumberText,
    "is not a number",
  )
  .transform((number, context): DecimalText => {
    const decimal = decimalText(typeof number === "number" ? String(number) : number.text);
    if (decimal !== undefined) return decimal;
    context.addIssue("is not a number that DynamoDB can hold (38 digits, up to 1E125)");
    return z.NEVER;
  });

/** The sort key of a measurement: unique per device, sorted by time, and always the same for the same measurement. */
export function measurementKey(measurement: { timestamp: number; measurement_type: string }): string {
  return `${timeKey(measurement.timestamp)}#${measurement.measurement_type}`;
}

/** The time part of the sort key: `measurement_key > timeKey(t)` is a time range over all types. */
export function timeKey(timestamp: number): string {
  return String(timestamp).padStart(13, "0");
}
