import fc from "fast-check";

import { instantText, noInstantText, numberText, storableText, unstorableText } from "./numbers.ts";
import { anyText, blank, numberLike, pollutingName, quoted, unsendable } from "./strings.ts";

/** An element of a response, as text, and what it is. */
export type Element = Measured | Worthless;

/** A measurement: `timestamp` and `value` in the very text that is in the element. */
export interface Measured {
  kind: "measurement";
  text: string;
  type: string;
  timestamp: string;
  value: string;
}

/** No measurement: whatever becomes of it, it must not be stored. */
interface Worthless {
  kind: "none";
  text: string;
}

/** A field of an object: its name as it is, its value as JSON text. */
interface Field {
  name: string;
  value: string;
}

/** The length is what the schemas say a type may have. */
const MAX_TYPE_LENGTH = 200;

const catalogued = fc.constantFrom(
  "0100010700",
  "0100010800",
  "0100020700",
  "batteryVoltage",
  "roomTemperature",
);

const sendable = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
  .filter((text) => text.length <= MAX_TYPE_LENGTH && !/[\p{Cc}\uFFFD-\uFFFF]/u.test(text));

/** Any name that a type may have. */
export const typeName = fc.oneof(
  { weight: 4, arbitrary: catalogued },
  { weight: 2, arbitrary: sendable },
  { weight: 2, arbitrary: pollutingName },
  {
    weight: 1,
    arbitrary: fc.constantFrom("a#b", "1726559995000#0100010700", '"\\', "x".repeat(MAX_TYPE_LENGTH)),
  },
);

const unknownField: fc.Arbitrary<Field> = fc.record({
  name: fc
    .oneof(anyText, pollutingName)
    .filter((name) => !["measurement", "timestamp", "value"].includes(name)),
  value: fc.oneof(
    numberText,
    fc.json({ maxDepth: 2 }),
    fc.constantFrom('{"polluted":true}', '{"prototype":{"polluted":true}}'),
  ),
});

const typeField = (type: string) => quoted(type).map((value): Field => ({ name: "measurement", value }));
const field = (name: string, value: fc.Arbitrary<string>) =>
  value.map((text): Field => ({ name, value: text }));

/** An object with these fields in any order, and others between them. */
function object(fields: fc.Arbitrary<Field[]>): fc.Arbitrary<string> {
  return fc
    .tuple(fields, fc.array(unknownField, { maxLength: 2 }))
    .chain(([known, unknown]) => fc.tuple(inAnyOrder([...known, ...unknown]), blank))
    .map(([ordered, space]) => objectText(ordered, space));
}

function inAnyOrder<T>(elements: T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray(elements, { minLength: elements.length });
}

function objectText(fields: readonly Field[], space: string): string {
  const parts = fields.map(({ name, value }) => `${space}${JSON.stringify(name)}${space}:${space}${value}`);
  return `{${parts.join(",")}${space}}`;
}

/** A measurement; in one of eight a field stands twice, of which the last counts, as in every JSON parser. */
export const measured: fc.Arbitrary<Measured> = fc
  .record({
    type: typeName,
    timestamp: instantText,
    value: storableText,
    overridden: fc.nat({ max: 7 }),
    earlier: numberText,
  })
  .chain(({ type, timestamp, value, overridden, earlier }) =>
    object(
      fc.tuple(
        typeField(type),
        field("timestamp", fc.constant(timestamp)),
        field("value", fc.constant(value)),
      ),
    ).map(
      (text): Measured => ({
        kind: "measurement",
        text: overridden === 0 ? text.replace("{", `{"value":${earlier},`) : text,
        type,
        timestamp,
        value,
      }),
    ),
  );

const wrongType = fc.oneof(
  unsendable.chain(quoted),
  numberText,
  fc.constantFrom('""', "null", "[]", '["0100010700"]', `"${"x".repeat(MAX_TYPE_LENGTH + 1)}"`, '"\ufffd"'),
);
const notANumber = fc.oneof(
  numberLike.map((text) => JSON.stringify(text)),
  fc.constantFrom("null", "true", "[]", "[138]", '{"watts":138}', "{}"),
);

/** A measurement with one field that is wrong or missing. */
const nearlyMeasured = fc
  .record({
    type: typeName,
    timestamp: instantText,
    value: storableText,
    wrong: fc.constantFrom("measurement", "timestamp", "value"),
    isMissing: fc.boolean(),
  })
  .chain(({ type, timestamp, value, wrong, isMissing }) => {
    const right: Record<string, fc.Arbitrary<Field>> = {
      measurement: typeField(type),
      timestamp: field("timestamp", fc.constant(timestamp)),
      value: field("value", fc.constant(value)),
    };
    const others = Object.entries(right).flatMap(([name, arbitrary]) => (name === wrong ? [] : [arbitrary]));
    const spoilt = {
      measurement: wrongType,
      timestamp: fc.oneof(noInstantText, notANumber),
      value: fc.oneof(unstorableText, notANumber),
    }[wrong];
    return object(fc.tuple(...others, ...(isMissing ? [] : [field(wrong, spoilt ?? notANumber)])));
  });

const nested = fc
  .record({
    depth: fc.integer({ min: 1, max: 40_000 }),
    brackets: fc.constantFrom(["[", "]"], ['{"value":', "}"]),
  })
  .map(({ depth, brackets: [open = "", close = ""] }) => `${open.repeat(depth)}1${close.repeat(depth)}`);

const long = fc
  .tuple(fc.constantFrom("x", "\\u0000", "ü", "😀", "\\ud800"), fc.integer({ min: 1, max: 60_000 }))
  .map(([unit, count]) => `"${unit.repeat(Math.ceil(count / unit.length))}"`);

/** No measurement at all. */
const worthless: fc.Arbitrary<Worthless> = fc
  .oneof(
    { weight: 6, arbitrary: nearlyMeasured },
    { weight: 2, arbitrary: object(fc.constant([])) },
    { weight: 2, arbitrary: fc.json({ maxDepth: 4 }) },
    { weight: 1, arbitrary: numberText },
    { weight: 1, arbitrary: anyText.map((text) => JSON.stringify(text)) },
    { weight: 1, arbitrary: fc.oneof(nested, long) },
  )
  .map((text) => ({ kind: "none", text }));

export const element: fc.Arbitrary<Element> = fc.oneof(measured, worthless);
