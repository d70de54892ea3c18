import { describe, expect, it } from "vitest";

import { parseTariff, parseTariffItem } from "./tariff.ts";

const WHOLE = { tariff: "home", valid_from: "2026-01-01", energy: { kind: "fixed", ct: 12 } };

describe("a tariff", () => {
  it("is read as a person types it into the AWS console", () => {
    const { tariff } = parseTariffItem({
      tariff: { S: "home" },
      valid_from: { S: "2026-01-01" },
      energy: { M: { kind: { S: "spot" }, markup_ct: { N: "1.2" } } },
      grid: {
        L: [
          { M: { ct: { N: "7.64" } } },
          { M: { ct: { N: "6.11" }, months: { L: [{ N: "4" }, { N: "9" }] } } },
        ],
      },
    });
    expect(tariff).toMatchObject({
      vat_percent: 20,
      energy: { kind: "spot", factor: 1, markup_ct: 1.2 },
      grid: [{ ct: 7.64 }, { ct: 6.11, months: [4, 9] }],
    });
  });

  it.each([
    [{ ...WHOLE, energy: { kind: "fixed", ct: "12" } }, "energy.ct: expected number, received string"],
    [{ ...WHOLE, energy: { kind: "free" } }, /^energy\.kind: /],
    [{ ...WHOLE, valid_from: "1.1.2026" }, "valid_from: is not a date like 2026-01-01"],
    [{ ...WHOLE, vat: 20 }, /unrecognized key: "vat"/],
    [
      { ...WHOLE, grid: [{ ct: 6, months: [4, 9] }] },
      "grid: must begin with a price that always holds: without months, weekdays and hours",
    ],
    [{ ...WHOLE, grid: [{ ct: 6 }, { ct: 5, hours: [10, 25] }] }, /^grid\[1\]\.hours\[1\]: /],
    [{ tariff: "home", valid_from: "2026-01-01" }, /^energy: /],
    ["text", /expected object/],
  ])("says which field is wrong: %j", (written, problem) => {
    const { invalid } = parseTariff(written);
    expect(invalid?.problems).toHaveLength(1);
    expect(invalid?.problems[0]).toMatch(problem);
  });
});
