import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { jsonNumber, NumberText, parseJson, plainJson, splitArrayElements } from "./json.ts";

describe("parseJson", () => {
  it("keeps every number as it was written", () => {
    expect(parseJson('{"value":138.0,"big":12345678901234567890}')).toEqual({
      value: new NumberText("138.0"),
      big: new NumberText("12345678901234567890"),
    });
  });

  it("gives each number its text", () => {
    expect(parseJson("-1.50e2")).toMatchObject({ text: "-1.50e2" });
  });

  it("gives no prototype to what it reads", () => {
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
  it("escapes what is beyond the basic plane and the non-characters, and nothing else", () => {
    const text = "a\u00e4\ud7ff\ue000\ufffd\ufffe\uffff\u{1f600}";
    const plain = plainJson(JSON.stringify(text));
    expect(plain).toBe('"a\u00e4\ud7ff\ue000\ufffd\\ufffe\\uffff\\ud83d\\ude00"');
    expect(JSON.parse(plain)).toBe(text);
  });
});

describe("splitArrayElements", () => {
  it("cuts any JSON array into its elements, whatever stands in them", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 1, "\t"), (elements, indent) => {
        const text = ` \n${JSON.stringify(elements, null, indent)} `;
        expect(splitArrayElements(text).map((element) => JSON.parse(element))).toEqual(JSON.parse(text));
      }),
    );
  });

  it("is not misled by brackets, commas and quotes inside of strings", () => {
    expect(splitArrayElements('["],[", "\\"", {"a":"}"}, [1,2], "\\\\"]')).toEqual([
      '"],["',
      '"\\""',
      '{"a":"}"}',
      "[1,2]",
      '"\\\\"',
    ]);
  });

  it("cuts around an element too deep to read", () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    expect(splitArrayElements(`[1,${deep},2]`)).toEqual(["1", deep, "2"]);
  });
});
