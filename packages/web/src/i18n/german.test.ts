import { catalogueTypes, describeMeasurementType } from "@energylive/core/measurement/obis";
import { adviceFor } from "@energylive/core/queue/advice";
import { NO_REASON } from "@energylive/core/queue/dead-letter";
import { describe, expect, it } from "vitest";

import { germanMeaning, germanReason } from "./german.ts";

/** Words that German does not have. */
const ENGLISH =
  /\b(power|energy|drawn|fed|voltage|current|frequency|reactive|apparent|active|tariff|quantity|of|the)\b/;

describe("German for what the server says in English", () => {
  it("names every type of the catalogue", () => {
    for (const type of catalogueTypes()) {
      expect(germanMeaning(type, describeMeasurementType(type).meaning)).not.toBe(
        describeMeasurementType(type).meaning,
      );
    }
  });

  it("names every electricity code, on every phase and tariff", () => {
    for (let quantity = 0; quantity < 100; quantity += 1) {
      for (const processing of ["07", "08"]) {
        const type = `0100${String(quantity).padStart(2, "0")}${processing}01`;
        expect(germanMeaning(type, describeMeasurementType(type).meaning)).not.toMatch(ENGLISH);
      }
    }
    expect(germanMeaning("0100520700", describeMeasurementType("0100520700").meaning)).toBe("Spannung L2");
  });

  it("leaves a type alone that it does not know", () => {
    expect(germanMeaning("current power", "current power")).toBe("current power");
  });

  it("explains every reason that core gives advice on", () => {
    const reasons = [
      "invalid_element",
      "conflicting_value",
      "invalid_json",
      "invalid_message",
      "unknown_version",
    ];
    for (const reason of [...reasons, "rejected_by_dynamodb", NO_REASON]) {
      expect(adviceFor(reason).meaning).not.toBe(adviceFor("?").meaning);
      expect(germanReason(reason)).toBeDefined();
    }
    expect(germanReason("?")).toBeUndefined();
  });
});
