import fc from "fast-check";

/** Names that a careless program takes for something of its own. */
export const pollutingName = fc.constantFrom(
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "valueOf",
  "toJSON",
  "hasOwnProperty",
  "then",
  "length",
);

/** Texts that a careless program takes for a number. */
export const numberLike = fc.constantFrom(
  "NaN",
  "Infinity",
  "-Infinity",
  "138",
  "1e3",
  "0x10",
  "1_000",
  "1,5",
  "-",
  "",
  " 7 ",
);

const control = fc.integer({ min: 0, max: 0x1f }).map((code) => String.fromCharCode(code));
const loneSurrogate = fc.integer({ min: 0xd800, max: 0xdfff }).map((code) => String.fromCharCode(code));
const nonCharacter = fc.constantFrom("\ufffe", "\uffff", "\u0085", "\u007f");

/** What SQS, whose messages are XML, does not carry, or not as it is. */
export const unsendable = fc
  .tuple(fc.string(), fc.oneof(control, loneSurrogate, nonCharacter), fc.string())
  .map((parts) => parts.join(""))
  .filter((text) => text.length <= 200 && (!text.isWellFormed() || /[\p{Cc}\uFFFE\uFFFF]/u.test(text)));

/** Everything that text can be. */
export const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  pollutingName,
  numberLike,
  unsendable,
);

/** Every UTF-16 unit as an escape: the same string for a JSON parser, other bytes. */
function escaped(text: string): string {
  const units = Array.from(
    { length: text.length },
    (_, index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, "0")}`,
  );
  return `"${units.join("")}"`;
}

/** A string in one of the forms in which JSON writes it. */
export const quoted = (text: string) => fc.constantFrom(JSON.stringify(text), escaped(text));

/** White space where JSON allows it. */
export const blank = fc.constantFrom("", "", "", " ", "\n\t", "\r\n  ");
