import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { decimalText } from "./decimal.ts";
import { jsonNumber, NumberText, parseJson, plainJson, splitArrayElements } from "./json.ts";

describe("parseJson", () => {
  it("gives a number that a double holds exactly as one", () => {
    expect(parseJson("[138.0,-1.50e2,123456789012345]")).toEqual([138, -150, 123456789012345]);
  });

  it.each(["9007199254740993", "0.1234567890123456789", "1e400", "1e-400"])(
    "keeps %s as it was written",
    (text) => {
      expect(parseJson(`{"value":${text}}`)).toEqual({ value: new NumberText(text) });
    },
  );

  it("alters no number", () => {
    const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 1, maxLength: 20 });
    const number = fc
      .tuple(
        fc.constantFrom("", "-"),
        digits,
        fc.option(digits),
        fc.option(fc.integer({ min: -140, max: 140 })),
      )
      .map(([sign, whole, fraction, exponent]) => {
        const leading = whole.replace(/^0+(?=\d)/, "");
        return `${sign}${leading}${fraction === null ? "" : `.${fraction}`}${exponent === null ? "" : `e${exponent}`}`;
      });
    fc.assert(
      fc.property(number, (text) => {
        const parsed = parseJson(`[${text}]`);
        const [value]: unknown[] = Array.isArray(parsed) ? parsed : [];
        const kept = value instanceof NumberText ? value.text : String(value);
        expect(decimalText(kept)).toBe(decimalText(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it("gives what it reads no other prototype", () => {
    const parsed = parseJson('{"__proto__":{"polluted":true}}');
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe("jsonNumber", () => {
  it("writes all digits", () => {
    expect(JSON.stringify({ value: jsonNumber("12345678901234567890.5") })).toBe(
      '{"value":12345678901234567890.5}',
    );
  });
});

describe("plainJson", () => {
  it("escapes characters beyond the basic plane and the non-characters, and nothing else", () => {
    const text = "a\u00e4\ud7ff\ue000\ufffd\ufffe\uffff\u{1f600}";
    const plain = plainJson(JSON.stringify(text));
    expect(plain).toBe('"a\u00e4\ud7ff\ue000\ufffd\\ufffe\\uffff\\ud83d\\ude00"');
    expect(JSON.parse(plain)).toBe(text);
  });
});

describe("splitArrayElements", () => {
  it("splits any JSON array into its elements, whatever they contain", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 1, "\t"), (elements, indent) => {
        const text = ` \n${JSON.stringify(elements, null, indent)} `;
        expect(splitArrayElements(text).map((element) => JSON.parse(element))).toEqual(JSON.parse(text));
      }),
    );
  });

  it("ignores brackets, commas and quotes inside strings", () => {
    expect(splitArrayElements('["],[", "\\"", {"a":"}"}, [1,2], "\\\\"]')).toEqual([
      '"],["',
      '"\\""',
      '{"a":"}"}',
      "[1,2]",
      '"\\\\"',
    ]);
  });

  it("splits around an element too deep to read", () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    expect(splitArrayElements(`[1,${deep},2]`)).toEqual(["1", deep, "2"]);
  });
});
