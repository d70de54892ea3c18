import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";

import { storableText } from "./numbers.ts";
import { anyText, pollutingName } from "./strings.ts";

export type Attributes = Record<string, AttributeValue>;

/** An item of the devices table without its id, and what must happen to it. */
export interface DeviceItem {
  /** `any`: nothing is known, but that it ends well. */
  expected: "polled" | "skipped" | "invalid" | "any";
  attributes: Attributes;
  /** The field that makes it invalid. */
  spoilt?: string;
}

const nonEmpty = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.isWellFormed());
const well = anyText.map((text) => text.toWellFormed());

/** A zero with an exponent beyond all bounds is exact, but DynamoDB reads no such text. */
const storedNumber = storableText
  .filter((text) => !/e[+-]?\d{4}/i.test(text))
  .map((N): AttributeValue => ({ N }));

/** Whatever a table can hold. */
const { value: anyValue } = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    well.map((S): AttributeValue => ({ S })),
    storedNumber,
    fc.boolean().map((BOOL): AttributeValue => ({ BOOL })),
    fc.constant<AttributeValue>({ NULL: true }),
    fc.uint8Array({ minLength: 1, maxLength: 9 }).map((B): AttributeValue => ({ B })),
    fc.uniqueArray(nonEmpty, { minLength: 1, maxLength: 3 }).map((SS): AttributeValue => ({ SS })),
    fc
      .uniqueArray(fc.integer(), { minLength: 1, maxLength: 3 })
      .map((all): AttributeValue => ({ NS: all.map(String) })),
    fc.array(tie("value"), { maxLength: 4 }).map((L): AttributeValue => ({ L })),
    fc
      .dictionary(fc.oneof(nonEmpty, safeName()), tie("value"), { maxKeys: 4 })
      .map((M): AttributeValue => ({ M })),
  ),
}));

/** A name that polluting code would trip over; not `__proto__`, which the SDK cannot send. */
function safeName() {
  return pollutingName.filter((name) => name !== "__proto__");
}

const whole = (min: number, max: number) =>
  fc
    .integer({ min, max })
    .chain((number) =>
      fc.constantFrom(`${number}`, `${number}.0`, `${number}e0`).map((N): AttributeValue => ({ N })),
    );

/** Each field of the contract with what it may hold. */
const right: Record<string, fc.Arbitrary<AttributeValue>> = {
  name: well.map((S) => ({ S })),
  api_key: fc.constantFrom({ S: "default" }, { S: "mother" }, { S: "a.b-c_d" }),
  interval_seconds: whole(1, 604_800),
  measurement_types: fc
    .uniqueArray(fc.constantFrom("0100010700", "constructor", "a#b"), { maxLength: 3 })
    .map((types) => ({ L: ["p", ...types].map((S) => ({ S })) })),
  retention_days: whole(1, 36_500),
  labels: fc
    .dictionary(
      fc.oneof(nonEmpty, safeName()),
      well.map((S) => ({ S })),
      { maxKeys: 3 },
    )
    .map((M) => ({ M })),
};

/** … and with what it may not. */
const wrong: Record<string, fc.Arbitrary<AttributeValue>> = {
  name: anyValue.filter((value) => value.S === undefined),
  enabled: anyValue.filter((value) => value.BOOL === undefined),
  api_key: fc.oneof(
    anyValue.filter((value) => value.S === undefined),
    fc
      .constantFrom("", "../other", "a/b", "schlüssel", "x".repeat(65), "a\n", "key with spaces")
      .map((S) => ({ S })),
  ),
  interval_seconds: fc.oneof(
    anyValue.filter((value) => value.N === undefined),
    fc.constantFrom("0", "-1", "1.5", "604801", "1e100", "9007199254740993").map((N) => ({ N })),
  ),
  measurement_types: fc.oneof(
    anyValue.filter((value) => value.L === undefined),
    fc.constantFrom<AttributeValue>(
      { L: [{ S: "" }] },
      { L: [{ N: "1" }] },
      { L: [{ S: "\u0000" }] },
      { L: [{ L: [] }] },
    ),
  ),
  retention_days: fc.oneof(
    anyValue.filter((value) => value.N === undefined),
    fc.constantFrom("0", "-0.5", "36501", "99999999999999999999999999999999999999").map((N) => ({ N })),
  ),
  labels: fc.oneof(
    anyValue.filter((value) => value.M === undefined),
    fc.constantFrom<AttributeValue>({ M: { a: { N: "1" } } }, { M: { a: { M: {} } } }),
  ),
};

const instant = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom(
    "",
    "yesterday",
    "2026-13-45T99:99:99Z",
    "+275760-09-13T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z",
  ),
);

/** What a fetcher, or something else that thought itself one, may have left. */
const state: fc.Arbitrary<AttributeValue> = fc.oneof(
  anyValue,
  fc
    .record(
      {
        last_polled_at: instant.map((S) => ({ S })),
        last_success_at: instant.map((S) => ({ S })),
        not_before: instant.map((S) => ({ S })),
        consecutive_failures: fc.constantFrom("0", "3", "-7", "1e9", "0.5", "1e120").map((N) => ({ N })),
        config_fingerprint: well.map((S) => ({ S })),
        last_error: anyValue,
        quarantined: fc.oneof(
          anyValue,
          fc
            .array(
              well.map((S): AttributeValue => ({ S })),
              { maxLength: 60 },
            )
            .map((L) => ({ L })),
        ),
        watermarks: fc.oneof(
          anyValue,
          fc
            .dictionary(fc.oneof(nonEmpty, safeName()), fc.oneof(anyValue, storedNumber), { maxKeys: 9 })
            .map((M): AttributeValue => ({ M })),
        ),
      },
      { requiredKeys: [] },
    )
    .map((M) => ({ M })),
);

const config: fc.Arbitrary<Attributes> = fc.record(right, { requiredKeys: [] }) as fc.Arbitrary<Attributes>;

const valid: fc.Arbitrary<DeviceItem> = fc
  .tuple(config, fc.option(state, { nil: undefined }), fc.constantFrom(undefined, true, true, false))
  .map(([attributes, kept, enabled]) => ({
    expected: enabled === false ? "skipped" : "polled",
    attributes: {
      ...attributes,
      ...(kept === undefined ? {} : { state: kept }),
      ...(enabled === undefined ? {} : { enabled: { BOOL: enabled } }),
    },
  }));

const spoilt: fc.Arbitrary<DeviceItem> = fc
  .tuple(valid, fc.constantFrom(...Object.keys(wrong)))
  .chain(([item, field]) =>
    (wrong[field] ?? anyValue).map(
      (value): DeviceItem => ({
        expected: "invalid",
        attributes: { ...item.attributes, [field]: value },
        spoilt: field,
      }),
    ),
  );

const unknownField: fc.Arbitrary<DeviceItem> = fc
  .tuple(valid, fc.constantFrom("enabeld", "Name", "constructor", "toString", "x".repeat(300)), anyValue)
  .map(([item, field, value]) => ({
    expected: "invalid",
    attributes: { ...item.attributes, [field]: value },
    spoilt: field,
  }));

const anything: fc.Arbitrary<DeviceItem> = fc
  .dictionary(fc.oneof(nonEmpty, fc.constantFrom(...Object.keys(right), "enabled", "state")), anyValue, {
    maxKeys: 6,
  })
  .map((attributes) => ({ expected: "any", attributes }));

/** An item of any kind. */
export const deviceItem: fc.Arbitrary<DeviceItem> = fc.oneof(
  { weight: 4, arbitrary: valid },
  { weight: 3, arbitrary: spoilt },
  { weight: 1, arbitrary: unknownField },
  { weight: 1, arbitrary: anything },
);

/** Ids that are none, of which each would change a request's path if it got there. */
export const wrongId = fc.oneof(
  fc.constantFrom(
    "..",
    "../keys",
    "I-10082023-01658401/../../../keys",
    "I-10082023-01658401?admin=1",
    "I-10082023-01658401#",
    "I-10082023-01658401\n",
    " I-10082023-01658401",
    "I-10082023-01658401%2f..",
    "%2e%2e%2f",
    "http://127.0.0.1:1/",
    "//127.0.0.1:1/x",
    "\\\\127.0.0.1\\x",
    "I-１００８２０２３-０１６５８４０１",
    "i-10082023-01658401",
    "I-10082023-01658401@127.0.0.1",
    "x".repeat(2_000),
  ),
  fc.string({ unit: "binary", minLength: 1, maxLength: 30 }).filter((id) => !/^[A-Z]-\d{8}-\d{8}$/.test(id)),
);
