import fc from "fast-check";

import { type Body, body } from "./messages.ts";
import { anyText, pollutingName } from "./strings.ts";

/** A record of an `SQSEvent`, well formed: its body is whatever it is. */
export interface EventRecord {
  body: Body;
  /** As SQS gives it, and as something else may. */
  receiveCount: unknown;
  /** How often it stands in the event. */
  copies: number;
}

/** Poison goes on into a queue; the embedded one takes no characters beyond the basic plane. */
const recordBody = body.filter(
  (one) => one.kind === "measurement" || !/[\u{10000}-\u{10FFFF}]/u.test(one.text("")),
);

export const eventRecord: fc.Arbitrary<EventRecord> = fc.record({
  body: recordBody,
  receiveCount: fc.oneof(
    fc.integer({ min: 1, max: 100 }).map(String),
    fc.constantFrom<unknown>("NaN", "", "-1", "1e9", undefined, null, 3),
  ),
  copies: fc.constantFrom(1, 1, 1, 2, 3),
});

const record = {
  messageId: "m",
  receiptHandle: "r",
  body: "{}",
  attributes: { ApproximateReceiveCount: "1" },
};

const noText = fc.constantFrom<unknown>(undefined, null, 7, {}, [], true);

const brokenRecord = fc.oneof(
  fc
    .tuple(fc.constantFrom("messageId", "receiptHandle", "body"), noText)
    .map(([field, value]) => ({ ...record, [field]: value })),
  fc.constantFrom<unknown>(
    null,
    "record",
    7,
    [],
    {},
    { ...record, attributes: null },
    { ...record, attributes: 7 },
  ),
);

/** What is no `SQSEvent`: what a person types into the Lambda console, what another service sends. */
export const noEvent: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    "",
    7,
    [],
    {},
    { records: [] },
    { Records: null },
    { Records: {} },
    { Records: "x" },
  ),
  fc
    .jsonValue({ maxDepth: 2 })
    .filter((json) => typeof json !== "object" || json === null || !("Records" in json)),
  fc
    .tuple(fc.array(fc.constant(record), { maxLength: 3 }), brokenRecord)
    .map(([good, bad]) => ({ Records: [...good, bad] })),
  fc.tuple(pollutingName, anyText).map(([name, value]) => Object.fromEntries([[name, value]])),
);
