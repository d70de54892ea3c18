import type { EnergySum } from "@energylive/api/contract";
import { describe, expect, it } from "vitest";
import { missingShare, totalOf } from "./energy.ts";

const NOTHING = { measured: 0, estimated: 0, reset: 0, imported: 0, missing: 0 };

function period(import_wh: number | null, quarters: Partial<typeof NOTHING> = {}): EnergySum {
  const quarter_hours = { ...NOTHING, ...quarters };
  return { from: 0, to: 1, import_wh, export_wh: null, net_wh: null, peak: null, quarter_hours };
}

describe("energy of several periods", () => {
  it("tells zero from unknown", () => {
    expect(totalOf([period(400), period(0), period(null)], "import")).toBe(400);
    expect(totalOf([period(0)], "import")).toBe(0);
    expect(totalOf([period(null)], "import")).toBeNull();
  });

  it("says how much of it is missing", () => {
    expect(missingShare([period(1, { measured: 3, missing: 1 }), period(1, { measured: 4 })])).toBe(1 / 8);
    expect(missingShare([period(null)])).toBe(0);
  });
});
