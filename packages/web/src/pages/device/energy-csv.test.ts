import { describe, expect, it } from "vitest";

import { energyCsv } from "./energy-csv.ts";

const bar = (wh: number | null, marks: { estimated?: boolean; reset?: boolean } = {}) => ({
  from: 0,
  to: 3_600_000,
  wh,
  estimated: false,
  reset: false,
  ...marks,
});

describe("the bars as CSV", () => {
  it("tells zero from unknown, and marks estimates and resets", () => {
    const period = { from: 0, to: 3_600_000 };
    const csv = energyCsv("I-1", [
      { ...period, import: bar(1_234.5), export: bar(0) },
      { ...period, import: bar(null, { reset: true }), export: bar(7, { estimated: true }) },
    ]);
    expect(csv.split("\r\n")).toEqual([
      "device_id,from,to,drawn_wh,fed_in_wh,estimated,reset",
      "I-1,1970-01-01T00:00:00.000Z,1970-01-01T01:00:00.000Z,1234.5,0,false,false",
      "I-1,1970-01-01T00:00:00.000Z,1970-01-01T01:00:00.000Z,,7,true,true",
      "",
    ]);
  });
});
