import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createAlertStore } from "@energylive/core/alert/store";
import { createPriceStore } from "@energylive/core/price/store";
import { emptyProfile } from "@energylive/core/profile/profile";
import { type LocalDay, localDays, quarterHoursOf } from "@energylive/core/profile/quarter-hours";
import { createProfileStore } from "@energylive/core/profile/store";
import { createTariffStore } from "@energylive/core/tariff/store";
import { Tariff } from "@energylive/core/tariff/tariff";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { type CliStack, startCliStack } from "./cli.ts";

const ZONE = "Europe/Vienna";
const HOSTILE = `<b onclick="x()">Haus & Hof</b>`;

let stack: CliStack;
let [home = "", farm = ""]: string[] = [];

/** In September and October two members: one draws at night, the other feeds in at noon, which the first one draws half of. */
beforeAll(async () => {
  stack = await startCliStack(2);
  [home = "", farm = ""] = stack.collector.ids;
  await stack.collector.put({ device_id: home, name: HOSTILE, tariff: "Spot", labels: { site: "Graz" } });
  await stack.collector.put({ device_id: farm, name: "Farm", labels: { site: "Graz" } });
  const { dynamodb, names } = stack.collector.stack;
  const profiles = createProfileStore({ dynamodb, table: names.profilesTable });
  const prices = createPriceStore({ dynamodb, table: names.pricesTable });
  const spot = { tariff: "Spot", valid_from: "2026-01-01", energy: { kind: "spot" }, vat_percent: 20 };
  await createTariffStore({ dynamodb, table: names.tariffsTable }).put(Tariff.parse(spot));
  const each = (day: LocalDay, value: (quarter: number) => number) =>
    Array.from({ length: quarterHoursOf(day) }, (_, quarter) => value(quarter));
  const isNoon = (quarter: number) => quarter >= 48 && quarter < 52;
  for (const day of localDays(ZONE, Date.parse("2026-08-31T22:00Z"), Date.parse("2026-10-31T23:00Z"))) {
    const factor = day.day === "2026-10-11" ? 2 : day.day < "2026-10-01" ? 0.5 : 1;
    const quality = "m".repeat(quarterHoursOf(day));
    await profiles.write({
      ...emptyProfile(home, day, ZONE),
      import_wh: each(day, (quarter) => factor * (isNoon(quarter) ? 500 : 50)),
      export_wh: each(day, () => 0),
      quality,
    });
    await profiles.write({
      ...emptyProfile(farm, day, ZONE),
      import_wh: each(day, () => 0),
      export_wh: each(day, (quarter) => (isNoon(quarter) ? 250 : 0)),
      quality,
    });
    await prices.add(
      {
        day: day.day,
        eur_per_mwh: each(day, () => 100),
        source: "energy-charts",
        fetched_at: "2026-11-01T00:00:00.000Z",
      },
      undefined,
    );
  }
  await createAlertStore({ dynamodb, table: names.alertsTable }).add({
    device_id: home,
    rule: { rule: "energy_above", kwh: 10, per: "day" },
    began: Date.parse("2026-10-10T22:00Z"),
    opened_at: "2026-10-11T20:00:00.000Z",
    closed_at: "2026-10-11T22:00:00.000Z",
    value: 13.2,
    limit: 10,
  });
});
afterAll(() => stack[Symbol.asyncDispose]());

const OCTOBER = ["--month", "2026-10"];
const RANGE = ["--since", "2026-10-01", "--until", "2026-11-01", "--by", "month"];

describe("a report", () => {
  it("says what `energy` and `energy --cost` say, beside the time before", async () => {
    const report = await stack.json("report", home, ...OCTOBER);
    const { total } = await stack.json("energy", home, "--cost", ...RANGE);
    for (const field of ["import_wh", "export_wh", "peak_w", "peak_at", "cost_eur", "energy_eur", "vat_eur"])
      expect(report[field], field).toEqual(total[field]);
    const { total: september } = await stack.json(
      ...["energy", home, "--since", "2026-09-01", "--until", "2026-10-01", "--by", "month"],
    );
    expect(report.previous.import_wh).toBe(september.import_wh);
    expect(report.last_year.import_wh).toBeNull();
    expect(report.parts).toHaveLength(31);
    expect(report).toMatchObject({ complete_days: 31, days: 31, base_load_w: 200, members: [] });
    // The day of 25 hours has four quarter-hours more.
    expect(report.parts[24].import_wh - report.parts[23].import_wh).toBe(200);
    expect(report.most).toMatchObject({ from: "2026-10-10T22:00:00.000Z", cost_eur: 1.584 });
    expect(report.alerts).toMatchObject([{ rule: { rule: "energy_above" }, value: 13.2 }]);
    expect(report.shape_w.weekdays[12]).toBe(2_000);
  });

  it("of several devices has each one's share, and what met in the same quarter-hours", async () => {
    const report = await stack.json("report", "--label", "site=Graz", ...OCTOBER);
    const { total } = await stack.json("energy", home, farm, ...RANGE);
    expect(report).toMatchObject({
      title: "site: Graz",
      import_wh: total.import_wh,
      export_wh: total.export_wh,
    });
    expect(report.members.map(({ name }: { name: string }) => name).toSorted()).toEqual([HOSTILE, "Farm"]);
    // Four quarter-hours a day in which 500 Wh are drawn and 250 fed in by the other.
    expect(report.met_wh).toBe(31 * 4 * 250);
  });

  it("is a page that loads nothing and runs nothing, whatever a device is called", async () => {
    const file = join(stack.data, "october.html");
    const { stderr } = await stack.run("report", home, ...OCTOBER, "--format", "html", "--output", file);
    expect(stderr).toContain("october.html");
    const html = await readFile(file, "utf8");
    expect(html).toContain("&lt;b onclick=&quot;x()&quot;&gt;Haus &amp; Hof&lt;/b&gt;");
    expect(html).not.toMatch(/<script|<b onclick|src=|href=|@import|url\(/);
    expect(html.match(/<svg role="img" aria-label="/g)).toHaveLength(2);
    expect(html).toContain("energy-charts.info (Fraunhofer ISE), CC BY 4.0");
  });

  it("opens in the browser, from a file that stays", async () => {
    const opened = join(stack.data, "opened");
    const browser = join(stack.data, "browser");
    await writeFile(
      browser,
      `#!/bin/sh\nprintf '%s' "$1" > '${opened}.part' && mv '${opened}.part' '${opened}'\n`,
      {
        mode: 0o755,
      },
    );
    const { code, stderr } = await stack.runWith(
      { env: { BROWSER: browser } },
      "report",
      home,
      ...OCTOBER,
      "--open",
    );
    expect([code, stderr]).toEqual([0, expect.stringMatching(/Written to .*report\.html/)]);
    await vi.waitFor(async () => expect(await readFile(opened, "utf8")).toMatch(/report\.html$/), {
      timeout: 10_000,
    });
    const file = (await readFile(opened, "utf8")).replace(/^file:\/\//, "");
    expect(await readFile(file, "utf8")).toMatch(/^<!doctype html>/);
    const wrong = await stack.run("report", home, ...OCTOBER, "--open", "--format", "md");
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("a browser opens HTML")]);
  });

  it("is written in German as well, and as text", async () => {
    const { stdout } = await stack.run("report", home, ...OCTOBER, "--language", "de");
    expect(stdout).toContain("**Monat Oktober 2026**");
    expect(stdout).toMatch(/\| Bezug \| [\d,.\s]+kWh \| [\d,.\s]+kWh \(\+\d+\s?%\) \| –/);
    expect(stdout).toContain("31 von 31 Tagen wurden vollständig gemessen.");
    const { stdout: english } = await stack.run("report", farm, "--year", "2026");
    expect(english).toContain("## Month by month");
  });

  it.each([
    [["--month", "--week"], 2, "give one of --week and --month"],
    [["--month", "2031-01"], 2, "--month 2031-01 has not begun"],
    [["--month", "someday"], 2, '"someday" is not a time'],
    [["--month", "2025-01"], 1, "nothing was measured in that time"],
    [["--format", "pdf"], 2, "html, md, json"],
  ])("says what is wrong: %j", async (args, expected, text) => {
    const { code, stderr } = await stack.run("report", home, ...args);
    expect([code, stderr]).toEqual([expected, expect.stringContaining(text)]);
  });
});
