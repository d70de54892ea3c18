import fc from "fast-check";

import { typeName } from "./elements.ts";
import { instantOf } from "./exact.ts";
import { instantText, noInstantText, numberText, storableText, unstorableText } from "./numbers.ts";
import { anyText, blank, numberLike, pollutingName, quoted } from "./strings.ts";

/** The body of a message, and what must become of it. A measurement is of the device that the test names. */
export type Body = MeasurementBody | PoisonBody;

export interface MeasurementBody {
  kind: "measurement";
  text: (deviceId: string) => string;
  type: string;
  timestamp: string;
  value: string;
  collectionTime: string;
  retentionDays: number;
}

interface PoisonBody {
  kind: "poison";
  text: (deviceId: string) => string;
  reason: "invalid_json" | "invalid_message" | "unknown_version";
}

/** How much of a body a failure shows. */
const SHOWN_CHARACTERS = 2_000;

/** Stands in a generated text where the device's id goes. */
const DEVICE = "I-00000000-00000000";

interface Good {
  type: string;
  timestamp: string;
  value: string;
  collectionTime: string;
  retentionDays: number;
}

const good: fc.Arbitrary<Good> = fc.record({
  type: typeName,
  timestamp: instantText,
  value: storableText,
  collectionTime: fc
    .date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
    .chain((date) => fc.constantFrom(date.toISOString(), date.toISOString().replace(/\.\d+/, ""))),
  retentionDays: fc.integer({ min: 1, max: 36_500 }),
});

function fieldsOf({ type, timestamp, value, collectionTime, retentionDays }: Good): Record<string, string> {
  return {
    v: "1",
    device_id: `"${DEVICE}"`,
    measurement_type: JSON.stringify(type),
    timestamp,
    value,
    collection_time: JSON.stringify(collectionTime),
    retention_days: String(retentionDays),
  };
}

const extra = fc.dictionary(
  fc.oneof(pollutingName, fc.constantFrom("later", "element", "ttl")),
  fc.oneof(numberText, fc.constantFrom('{"polluted":true}', '"text"', "[1,[2]]", "null")),
  { maxKeys: 2 },
);

/** The form that the fetcher writes, as it stands in the design. */
function ownForm(fields: Record<string, string>): string {
  return `{${Object.entries(fields)
    .map(([name, value]) => `${JSON.stringify(name)}:${value}`)
    .join(",")}}`;
}

/** Any other form of the same. */
function otherForm(fields: Record<string, string>): fc.Arbitrary<string> {
  const entries = Object.entries(fields);
  return fc
    .tuple(fc.shuffledSubarray(entries, { minLength: entries.length }), extra, blank)
    .chain(([ordered, unknown, space]) =>
      fc.tuple(...ordered.map(([name]) => quoted(name))).map((names) => {
        const known = ordered.map(([, value], index) => `${space}${names[index]}${space}:${value}`);
        const others = Object.entries(unknown).map(([name, value]) => `${JSON.stringify(name)}:${value}`);
        return `${space}{${[...others, ...known].join(",")}${space}}${space}`;
      }),
    );
}

const measurement: fc.Arbitrary<MeasurementBody> = good.chain((fields) =>
  fc
    .oneof(fc.constant(ownForm(fieldsOf(fields))), otherForm(fieldsOf(fields)))
    .map((text): MeasurementBody => ({ kind: "measurement", ...ofDevice(text), ...fields })),
);

const notText = fc.oneof(numberText, fc.constantFrom("null", "[]", "{}", "true"));
const notNumber = fc.oneof(
  numberLike.map((text) => JSON.stringify(text)),
  fc.constantFrom("null", "[]", "{}", "true"),
);

/** What each field may not hold. */
const wrong: Record<string, fc.Arbitrary<string>> = {
  v: fc.oneof(notNumber, fc.constantFrom("0", "-1", "0.5", "1.00000000000000000000000001", "1e400")),
  device_id: fc.oneof(notText, fc.constantFrom('""', '"I-1-1"', '"I-10082023-01658401/.."', '"__proto__"')),
  measurement_type: fc.oneof(
    notText,
    fc.constantFrom('""', '"\\u0000"', '"\\ud800"', '"\\ufffd"', `"${"x".repeat(201)}"`),
  ),
  timestamp: fc.oneof(notNumber, noInstantText),
  value: fc.oneof(notNumber, unstorableText),
  collection_time: fc.oneof(
    notText,
    fc
      .constantFrom(
        "",
        "now",
        "2024-09-17",
        "2024-09-17T08:00:00",
        "2024-13-17T08:00:00Z",
        "2024-09-17T08:00:00+02:00",
      )
      .map((text) => JSON.stringify(text)),
  ),
  retention_days: fc.oneof(
    notNumber,
    fc.constantFrom("0", "-1", "36501", "1.5", "365.00000000000000000000001", "1e30"),
  ),
};

const poison = (reason: PoisonBody["reason"], text: fc.Arbitrary<string>): fc.Arbitrary<PoisonBody> =>
  text.map((body) => ({ kind: "poison", ...ofDevice(body), reason }));

const spoilt = fc.tuple(good, fc.constantFrom(...Object.keys(wrong))).chain(([fields, field]) =>
  fc.option(wrong[field] ?? notText, { nil: undefined, freq: 4 }).chain((value) => {
    const { [field]: _, ...others } = fieldsOf(fields);
    return otherForm(value === undefined ? others : { ...others, [field]: value });
  }),
);

const later = fc
  .tuple(good, fc.constantFrom("2", "3.0", "9007199254740991", "1e3"))
  .chain(([fields, v]) => otherForm({ ...fieldsOf(fields), v }));

const noMessage = fc.json({ maxDepth: 3 }).filter((text) => {
  const json = JSON.parse(text);
  return typeof json !== "object" || json === null || !("v" in json);
});

const noJson = fc
  .oneof(
    anyText,
    good.map((fields) => ownForm(fieldsOf(fields)).slice(1)),
    good.map((fields) => `${ownForm(fieldsOf(fields))}x`),
  )
  .filter((text) => !isJson(text));

/** A body of any kind. */
export const body: fc.Arbitrary<Body> = fc.oneof(
  { weight: 5, arbitrary: measurement },
  { weight: 4, arbitrary: poison("invalid_message", spoilt) },
  { weight: 1, arbitrary: poison("unknown_version", later) },
  { weight: 2, arbitrary: poison("invalid_message", noMessage) },
  { weight: 2, arbitrary: poison("invalid_json", noJson) },
  {
    weight: 1,
    arbitrary: poison(
      "invalid_message",
      fc.integer({ min: 1, max: 60_000 }).map((depth) => `${"[".repeat(depth)}${"]".repeat(depth)}`),
    ),
  },
  {
    weight: 1,
    arbitrary: poison(
      "invalid_json",
      fc.integer({ min: 1, max: 200_000 }).map((length) => "x".repeat(length)),
    ),
  },
);

/**
 * What SQS takes for a body: characters that XML has, and at least one. SQS takes those beyond the basic plane too, the
 * embedded one does not.
 */
export function isSendable(text: string): boolean {
  return /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD]+$/.test(text);
}

/** A measurement's item by the contract, without its value. */
export function itemOf(deviceId: string, message: MeasurementBody): Record<string, string | undefined> {
  const timestamp = instantOf(message.timestamp) ?? Number.NaN;
  return {
    device_id: deviceId,
    measurement_key: `${timestamp}#${message.type}`,
    timestamp: String(timestamp),
    iso_timestamp: new Date(timestamp).toISOString(),
    measurement_type: message.type,
    collection_time: message.collectionTime,
    ttl: String(Math.floor(timestamp / 1000) + message.retentionDays * 86_400),
  };
}

function ofDevice(template: string) {
  return {
    text: (deviceId: string) => template.replace(DEVICE, deviceId),
    [fc.toStringMethod]: () => JSON.stringify(template.slice(0, SHOWN_CHARACTERS)),
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
