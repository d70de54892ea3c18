import fc from "fast-check";

import { type Element, element, measured } from "./elements.ts";
import { blank } from "./strings.ts";

/** What the API answers to one request: bytes, and what they are. */
export interface Answer {
  bytes: Buffer;
  /** The elements, where the whole is a JSON array; `undefined` where the answer as a whole can be read by no one. */
  elements: readonly Element[] | undefined;
}

/** How much of an answer a failure shows. */
const SHOWN_BYTES = 2_000;

/** The most bytes and the most elements that an answer may have, as docs/security.md says. */
const MAX_BYTES = 1024 * 1024;
const MAX_ELEMENTS = 20_000;

/** Elements that a client could read one by one, healthy ones and others. */
const readable = fc
  .tuple(fc.array(element, { maxLength: 12 }), blank)
  .map(([elements, space]) => arrayAnswer(elements, space));

/** What a healthy API sends. */
const healthy = fc.array(measured, { maxLength: 15 }).map((elements) => arrayAnswer(elements, ""));

/** One element very often, up to beyond what an answer may have. */
const crowded = fc
  .tuple(element, fc.constantFrom(300, 10_000, MAX_ELEMENTS, MAX_ELEMENTS + 1))
  .filter(([{ text }]) => text.length < 200)
  .map(([one, count]) =>
    arrayAnswer(
      Array.from({ length: count }, () => one),
      "",
    ),
  );

/** Numbers that are no numbers, commas and quotes where none may be. */
const noJson = fc.constantFrom(
  "NaN",
  "Infinity",
  "-Infinity",
  "undefined",
  "+1",
  "01",
  ".5",
  "1.",
  "0x10",
  "1_000",
  "'a'",
  "{a:1}",
  '"\u0001"',
  '"\\x41"',
  "[,]",
  "// 1",
);

const malformed = fc
  .tuple(measured, noJson)
  .map(([{ text }, wrong]) => unreadable(`[${text},${text.replace(/"value"\s*:/, '"value":+')},${wrong}]`));

const cut = fc
  .tuple(fc.array(element, { minLength: 1, maxLength: 5 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([elements, share]) => {
    const { bytes } = arrayAnswer(elements, "");
    return unreadable(bytes.subarray(0, Math.floor(share * (bytes.length - 1))));
  });

const noArray = fc
  .oneof(
    fc.json({ maxDepth: 2 }).filter((text) => !Array.isArray(JSON.parse(text))),
    measured.map(({ text }) => text),
    fc.constantFrom(
      "",
      " ",
      "null",
      "<!doctype html><title>Maintenance</title>",
      "[]]",
      "[] []",
      "\ufeff[]",
      "\u0000",
    ),
  )
  .map(unreadable);

/** The same text in another encoding. */
const misencoded = fc
  .tuple(
    fc.array(measured, { minLength: 1, maxLength: 3 }),
    fc.constantFrom<BufferEncoding>("utf16le", "base64"),
  )
  .map(([elements, encoding]) => {
    const text = arrayAnswer(elements, "").bytes.toString();
    const bytes =
      encoding === "base64" ? Buffer.from(Buffer.from(text).toString("base64")) : Buffer.from(text, encoding);
    return { bytes, elements: undefined };
  });

const noise = fc
  .uint8Array({ maxLength: 200 })
  .map((bytes) => Buffer.from(bytes))
  .filter((bytes) => !/^\s*\[\s*\]\s*$/.test(bytes.toString()))
  .map(unreadable);

const deep = fc.integer({ min: 1, max: MAX_BYTES / 2 }).map((depth) => {
  const nested = `${"[".repeat(depth)}${"]".repeat(depth)}`;
  const inner: Element[] = depth === 1 ? [] : [{ kind: "none", text: nested.slice(1, -1) }];
  return shown({ bytes: Buffer.from(nested), elements: inner });
});

const tooLarge = fc
  .integer({ min: 1, max: 4 })
  .map((factor) => unreadable(`[${" ".repeat(factor * MAX_BYTES)}]`));

/** An answer of any kind. */
export const answer: fc.Arbitrary<Answer> = fc.oneof(
  { weight: 40, arbitrary: readable },
  { weight: 10, arbitrary: healthy },
  { weight: 8, arbitrary: malformed },
  { weight: 8, arbitrary: cut },
  { weight: 8, arbitrary: noArray },
  { weight: 4, arbitrary: misencoded },
  { weight: 6, arbitrary: noise },
  { weight: 2, arbitrary: deep },
  { weight: 1, arbitrary: crowded },
  { weight: 1, arbitrary: tooLarge },
);

function arrayAnswer(elements: readonly Element[], space: string): Answer {
  const text = `${space}[${space}${elements.map((one) => one.text).join(`${space},${space}`)}${space}]${space}`;
  const bytes = Buffer.from(text);
  const isReadable = bytes.length <= MAX_BYTES && elements.length <= MAX_ELEMENTS;
  return shown({ bytes, elements: isReadable ? elements : undefined });
}

function unreadable(content: string | Buffer): Answer {
  return shown({ bytes: Buffer.from(content as string), elements: undefined });
}

/** The same, but a failure shows its text and not its bytes. */
function shown(given: Answer): Answer {
  const text = given.bytes.subarray(0, SHOWN_BYTES).toString();
  const length = given.bytes.length > SHOWN_BYTES ? ` (${given.bytes.length} bytes in all)` : "";
  return Object.assign(given, { [fc.toStringMethod]: () => `${JSON.stringify(text)}${length}` });
}
