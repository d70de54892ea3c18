import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { createPriceStore } from "@energylive/core/price/store";
import { emptyProfile } from "@energylive/core/profile/profile";
import { namedDay } from "@energylive/core/profile/quarter-hours";
import { createProfileStore } from "@energylive/core/profile/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import examples from "../../packages/cli/src/tariffs/examples.json" with { type: "json" };
import { type CliStack, startCliStack } from "./cli.ts";

const ZONE = "Europe/Vienna";

let stack: CliStack;
let id: string;

/** Two days of a kWh an hour drawn and 0.4 fed in, at a market price of 10 ct/kWh, and of none in one hour. */
beforeAll(async () => {
  stack = await startCliStack();
  [id = ""] = stack.collector.ids;
  await stack.collector.put({ device_id: id });
  const { dynamodb, names } = stack.collector.stack;
  const profiles = createProfileStore({ dynamodb, table: names.profilesTable });
  for (const day of ["2026-06-01", "2026-06-02"]) {
    await profiles.write({
      ...emptyProfile(id, namedDay(ZONE, day), ZONE),
      import_wh: Array.from({ length: 96 }, () => 250),
      export_wh: Array.from({ length: 96 }, () => 100),
      quality: "m".repeat(96),
    });
    await createPriceStore({ dynamodb, table: names.pricesTable }).add(
      {
        day,
        eur_per_mwh: Array.from({ length: 96 }, (_, index) => (day.endsWith("02") && index < 4 ? null : 100)),
        source: "energy-charts",
        fetched_at: "2026-06-02T12:00:00.000Z",
      },
      undefined,
    );
  }
});
afterAll(() => stack[Symbol.asyncDispose]());

async function file(name: string, tariffs: unknown): Promise<string> {
  const path = join(stack.data, name);
  await writeFile(path, typeof tariffs === "string" ? tariffs : JSON.stringify(tariffs));
  return path;
}

const RANGE = ["--since", "2026-06-01", "--until", "2026-06-03"];
const SPOT = {
  valid_from: "2026-01-01",
  vat_percent: 20,
  energy: { kind: "spot", markup_ct: 2 },
  feed_in: { kind: "fixed", ct: 5 },
};

describe("tariffs", () => {
  it("are asked for where a cost needs one", async () => {
    const { code, stderr } = await stack.run("energy", id, "--cost", ...RANGE);
    expect(code).toBe(1);
    expect(stderr).toContain(`${id} names no tariff`);
    expect(stderr).toContain("energylive tariffs set NAME --file FILE");
  });

  it("price each day, name what has no price, and mend the past when they are mended", async () => {
    await stack.run("tariffs", "set", "home", "--file", await file("home.json", SPOT));
    await stack.run("devices", "set", id, "tariff=home");
    const before = await stack.json("energy", id, "--cost", ...RANGE);
    // 24 kWh × 12 ct, and 20 % on it; an hour less on the second day.
    expect(before.periods[0]).toMatchObject({
      cost_eur: 3.456,
      energy_eur: 2.88,
      vat_eur: 0.576,
      earned_eur: 0.48,
    });
    expect(before.periods[1]).toMatchObject({ cost_eur: 3.312, priced: 92, no_price: 4, unpriced_wh: 1_000 });
    expect(before.total).toMatchObject({ cost_eur: 6.768 });
    const { stdout } = await stack.run("energy", id, "--cost", ...RANGE);
    expect(stdout).toMatch(/2026-06-01 +24\.000 +2\.88 +0\.00 +0\.58 +3\.46 +9\.600 +0\.48/);
    expect(stdout).toMatch(/together .* 6\.77 /);
    expect(stdout).toContain("4 quarter-hours with 1.00 kWh drawn have no price and are not in the cost.");
    expect(stdout).toContain("Market prices: energy-charts.info (Fraunhofer ISE), CC BY 4.0");

    await stack.run("tariffs", "set", "home", "--file", await file("home.json", { ...SPOT, vat_percent: 0 }));
    const after = await stack.json("energy", id, "--cost", ...RANGE);
    expect(after.periods[0]).toMatchObject({ cost_eur: 2.88, vat_eur: 0 });
  });

  it("are compared on the device's own quarter-hours, the cheapest first", async () => {
    await stack.run("tariffs", "import", await file("examples.json", examples));
    const report = await stack.json("tariffs", "compare", id, ...RANGE);
    const names = report.tariffs.map(({ tariff }: { tariff: string }) => tariff);
    expect(names.toSorted()).toEqual(["Fixed", "Spot", "Two rates", "home"]);
    const balances = report.tariffs.map(({ balance_eur }: { balance_eur: number }) => balance_eur);
    expect(balances).toEqual(balances.toSorted((a: number, b: number) => a - b));
    const fixed = report.tariffs.find(({ tariff }: { tariff: string }) => tariff === "Fixed");
    // 48 kWh at 11.9 ct, 7.64 ct and 0.1 ct; two of June's thirty days of 7 EUR; 20 % on all.
    expect(fixed.energy_eur).toBe(5.712);
    expect(fixed.cost_eur).toBeCloseTo((48 * 0.1964 + (7 * 2) / 30) * 1.2, 3);
    expect(fixed.months).toHaveLength(1);
    const { stdout } = await stack.run("tariffs", "compare", id, ...RANGE);
    expect(stdout).toMatch(/Fixed +5\.71 +11\.87 +1\.25 +10\.62 +0/);
    expect(stdout).toContain("192 quarter-hours measured, 0 not");
    expect(stdout).toContain("home: 4 quarter-hours with 1.00 kWh drawn have no price");
  });

  it("are listed with their devices, shown as a file, and not removed while a device names them", async () => {
    const list = await stack.run("tariffs", "list");
    expect(list.stdout).toMatch(/home +2026-01-01 +market \+ 2 ct +1/);
    const shown = JSON.parse((await stack.run("tariffs", "show", "Fixed")).stdout);
    expect(shown).toMatchObject([examples[1]]);
    const refused = await stack.run("tariffs", "remove", "home");
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("1 device would lose it")]);
    expect((await stack.run("tariffs", "remove", "Fixed")).stdout).toContain("1 version");
    expect((await stack.run("tariffs", "show", "Fixed")).code).toBe(1);
  });

  it("of a year that has passed are named", async () => {
    await stack.run(
      "tariffs",
      "set",
      "old",
      "--file",
      await file("old.json", { ...SPOT, valid_from: "2020-01-01" }),
    );
    expect((await stack.run("tariffs", "list")).stderr).toMatch(
      /The newest values of .*old.* are of a year that has passed/,
    );
  });

  it.each([
    ["no JSON", "{", "is not JSON"],
    [
      "a wrong field",
      { ...SPOT, energy: { kind: "fixed", ct: "12" } },
      "energy.ct: expected number, received string",
    ],
    [
      "one of two",
      [SPOT, { ...SPOT, valid_from: "soon" }],
      "number 2: valid_from: is not a date like 2026-01-01",
    ],
  ])("are all stored or none: %s", async (_what, tariffs, problem) => {
    const { code, stderr } = await stack.run(
      "tariffs",
      "set",
      "broken",
      "--file",
      await file("broken.json", tariffs),
    );
    expect(code).toBe(1);
    expect(stderr).toContain(problem);
    expect((await stack.run("tariffs", "show", "broken")).code).toBe(1);
  });
});
