import { createPriceStore } from "@energylive/core/price/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type CliStack, startCliStack } from "./cli.ts";

let stack: CliStack;

/** A day of 25 hours: 10 EUR/MWh, below zero for an hour in the middle of the night, and no price in its last hour. */
beforeAll(async () => {
  stack = await startCliStack();
  const { dynamodb, names } = stack.collector.stack;
  await createPriceStore({ dynamodb, table: names.pricesTable }).add(
    {
      day: "2026-10-25",
      eur_per_mwh: Array.from({ length: 100 }, (_, index) =>
        index >= 96 ? null : index >= 8 && index < 12 ? -5 : 10,
      ),
      source: "energy-charts",
      fetched_at: "2026-10-24T12:00:00.000Z",
    },
    undefined,
  );
});
afterAll(() => stack[Symbol.asyncDispose]());

describe("prices", () => {
  it("shows a day hour by hour, when it is cheapest, what is missing, and whose prices they are", async () => {
    const { code, stdout } = await stack.run("prices", "--day", "2026-10-25", "--hours", "2");
    expect(code).toBe(0);
    expect(stdout.match(/^02:00 +(\S+)/gm)).toHaveLength(2);
    expect(stdout).toContain("02:00–02:00 (-0.50)");
    expect(stdout).toContain("Cheapest 2 hours in a row: 01:00–02:00, on average 0.25 ct/kWh");
    expect(stdout).toContain("No price yet for 4 quarter-hours: 23:00–00:00");
    expect(stdout).toContain("Source: energy-charts.info (Fraunhofer ISE), CC BY 4.0");
  });

  it("gives programs every quarter-hour that is known", async () => {
    const report = await stack.json("prices", "--day", "25.10.2026");
    expect(report).toMatchObject({ market: "AT", day: "2026-10-25", missing: 4 });
    expect(report.prices).toHaveLength(96);
    expect(report.prices[8]).toEqual({
      from: "2026-10-25T00:00:00.000Z",
      to: "2026-10-25T00:15:00.000Z",
      ct_per_kwh: -0.5,
    });
    expect(report.cheapest_block.ct_per_kwh).toBeCloseTo(0.5);
  });

  it.each([
    [["--day", "2026-10-24"], 1, "no market prices of 2026-10-24 are stored"],
    [["--day", "tomorrow"], 1, "published at about 13:00"],
    [
      ["--day", "someday"],
      2,
      '--day takes today, tomorrow, yesterday or a date like 2026-11-25, not "someday"',
    ],
    [["--hours", "25"], 2, "--hours"],
  ])("says what is wrong: %j", async (args, expected, text) => {
    const { code, stderr } = await stack.run("prices", ...args);
    expect(code).toBe(expected);
    expect(stderr).toContain(text);
  });
});
