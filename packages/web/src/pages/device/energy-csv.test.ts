import type { EnergySum } from "@energylive/api/contract";
import { describe, expect, it } from "vitest";

import { energyCsv } from "./energy-csv.ts";

function period(
  import_wh: number | null,
  export_wh: number | null,
  quarters: Partial<EnergySum["quarter_hours"]> = {},
): EnergySum {
  const quarter_hours = { measured: 4, estimated: 0, reset: 0, imported: 0, missing: 0, ...quarters };
  return { from: 0, to: 3_600_000, import_wh, export_wh, net_wh: null, peak: null, quarter_hours };
}

describe("the bars as CSV", () => {
  it("tells zero from unknown, and marks estimates and resets", () => {
    const csv = energyCsv("I-1", [period(1_234.5, 0), period(null, 7, { estimated: 1, reset: 1 })]);
    expect(csv.split("\r\n")).toEqual([
      "device_id,from,to,drawn_wh,fed_in_wh,estimated,reset",
      "I-1,1970-01-01T00:00:00.000Z,1970-01-01T01:00:00.000Z,1234.5,0,false,false",
      "I-1,1970-01-01T00:00:00.000Z,1970-01-01T01:00:00.000Z,,7,true,true",
      "",
    ]);
  });
});
