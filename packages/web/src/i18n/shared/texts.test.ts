import { catalogueTypes, factsOfType } from "@energylive/core/measurement/obis";
import { KNOWN_REASONS } from "@energylive/core/queue/reasons";
import { describe, expect, it } from "vitest";

import { de } from "./de.ts";
import { en } from "./en.ts";
import { deviceProblemText, meaningText, reasonText, type SharedTexts, textOf } from "./texts.ts";

const meaningIn = (texts: SharedTexts, type: string) => meaningText(texts, type, factsOfType(type));

describe("the meaning of a measurement type", () => {
  it.each([
    ["0100010700", "power drawn from the grid", "Leistung, Bezug"],
    ["0100010802", "active energy drawn, tariff 2", "Wirkenergie, Bezug, Tarif 2"],
    ["0100520700", "voltage L2", "Spannung L2"],
    ["0100330800", "power factor L1", "Leistungsfaktor L1"],
    ["0100160700", "active power, drawn minus fed in", "Wirkleistung, Bezug minus Einspeisung"],
    ["0100060800", "reactive energy, quadrant II", "Blindenergie, Quadrant II"],
    ["0100990700", "quantity 99", "Größe 99"],
    ["0700030000", "7-0:3.0.0", "7-0:3.0.0"],
    ["batteryVoltage", "battery of the device", "Batterie des Geräts"],
    ["current power", "current power", "current power"],
    ["__proto__", "__proto__", "__proto__"],
  ])("says what %s is", (type, english, german) => {
    expect(meaningIn(en, type)).toBe(english);
    expect(meaningIn(de, type)).toBe(german);
  });

  it("differs for every known type and every quantity of electricity", () => {
    const codes = Array.from({ length: 16 }, (_, index) => `0100${String(index + 1).padStart(2, "0")}0799`);
    for (const texts of [en, de])
      for (const types of [catalogueTypes(), codes])
        expect(new Set(types.map((type) => meaningIn(texts, type))).size).toBe(types.length);
  });
});

describe("a reason for the dead-letter queue", () => {
  it.each([
    ["invalid_element", /Its text is in the body/, /purge/],
    ["conflicting_value", /second value/, /Redrive/],
    ["invalid_json", /Not JSON/, /purge/],
    ["invalid_message", /not a measurement/, /purge/],
    ["unknown_version", /newer version/, /Deploy the newer version, then redrive/],
    ["rejected_by_dynamodb", /DynamoDB can never accept/, /then redrive/],
    ["not_told", /does not take/, /energylive alerts test/],
    ["none", /never stored: the consumer crashed on it/, /the consumer's log/],
    ["of_a_later_version", /does not know/, /update to a newer version/],
  ])("%s says what it means and what to do", (reason, meaning, advice) => {
    expect(reasonText(en, reason)).toEqual({
      meaning: expect.stringMatching(meaning),
      advice: expect.stringMatching(advice),
    });
  });

  it("has a text of its own when this version writes it", () => {
    for (const texts of [en, de])
      for (const reason of KNOWN_REASONS) expect(reasonText(texts, reason)).not.toBe(texts.unknownReason);
  });
});

it("names the field of a device's item that is wrong", () => {
  const problem = { field: "retention_days", code: "too_large", maximum: 36_500 } as const;
  expect(deviceProblemText(en, problem)).toBe("retention_days is more than 36500");
  expect(deviceProblemText(de, problem)).toBe("retention_days ist größer als 36500");
  const unknown = { field: "nmae", code: "unknown_field", known: ["device_id", "name"] } as const;
  expect(deviceProblemText(en, { ...unknown, known: [...unknown.known] })).toBe(
    "nmae is not a field of a device (known: device_id, name)",
  );
});

it("names the address that did not answer", () => {
  const failure = { code: "connection_failed", error: "ECONNREFUSED", address: "[::1]:80" } as const;
  expect(textOf(en.failures, failure)).toBe("The connection to [::1]:80 failed (ECONNREFUSED).");
  expect(textOf(de.failures, { code: "connection_failed", error: "ETIMEDOUT" })).toBe(
    "Die Verbindung ist fehlgeschlagen (ETIMEDOUT).",
  );
});

describe("German", () => {
  it("has no English words", () => {
    const english =
      /\b(is|not|the|there|this|that|which|failed|with|and|or|of|to|power|energy|drawn|fed|voltage|tariff)\b/;
    const germanTexts = textsOf(de);
    expect(germanTexts.length).toBeGreaterThan(80);
    for (const text of germanTexts) expect(text).not.toMatch(english);
  });
});

/** Facts for the texts that need some. */
const FACTS = {
  ...{ code: "connection_failed", field: "f", error: "E", address: "a:1" },
  ...{ minimum: 1, maximum: 2, known: ["a"] },
};

function textsOf(texts: object): string[] {
  return Object.values(texts).flatMap((text) => {
    if (typeof text === "string") return [text];
    return typeof text === "function" ? [String(text(FACTS, String))] : textsOf(text);
  });
}
