import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FORMATS } from "@energylive/cli/import/portal/formats";
import { emptyProfile, type Profile } from "@energylive/core/profile/profile";
import { namedDay, QUARTER_HOUR_MS } from "@energylive/core/profile/quarter-hours";
import { createProfileStore } from "@energylive/core/profile/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import writeExcelFile, { type SheetData } from "write-excel-file/node";

import { type HomeStack, startHomeStack } from "./cli.ts";
import { SAMPLES } from "./portal-samples.ts";

const ZONE = "Europe/Vienna";

let stack: HomeStack;
beforeAll(async () => {
  stack = await startHomeStack();
});
afterAll(() => stack[Symbol.asyncDispose]());

const file = (name: string) => join(stack.data, name);
const store = () => {
  const { dynamodb, names } = stack.collector.stack;
  return createProfileStore({ dynamodb, table: names.profilesTable });
};
const profileOf = async (day: string): Promise<Profile | undefined> =>
  (await store().read(stack.home, day, day))[0];

const importing = (name: string, ...options: string[]) =>
  stack.json("import", "profile", file(name), "--device", "Home", "--yes", ...options);

/** As a person without a terminal runs it. */
const tried = (name: string, ...options: string[]) =>
  stack.run("import", "profile", file(name), "--device", "Home", ...options);

describe("the file of a grid operator's portal", () => {
  it.each(FORMATS.map(({ name }) => [name]))("is understood in the form of %s", async (name) => {
    const sample = SAMPLES[name];
    if (sample === undefined) throw new Error(`there is no sample of ${name}`);
    await writeFile(file("sample.csv"), sample);
    const { format, direction, since, until, kwh } = await importing("sample.csv", "--dry-run");
    expect({ format, direction, since, until, kwh }).toEqual({
      format: name,
      direction: "import",
      since: "2025-02-03T07:00:00.000Z",
      until: "2025-02-03T07:30:00.000Z",
      kwh: 1.75,
    });
  });

  it("is understood in UTF-16, in Windows-1252 with tabs, and as a spreadsheet with real dates and numbers", async () => {
    const oberösterreich =
      "Datum;kWh;kW;Status\n03.02.2025 08:00;0,25;1;gültig\n03.02.2025 08:15;1,5;6;gültig\n";
    const contents: Record<string, Buffer> = {
      "utf16.csv": Buffer.from(`\uFEFF${oberösterreich}`, "utf16le"),
      "latin.csv": Buffer.from(oberösterreich.replaceAll(";", "\t"), "latin1"),
    };
    for (const [name, content] of Object.entries(contents)) await writeFile(file(name), content);
    const format = "dd.mm.yyyy hh:mm";
    const sheet: SheetData = [
      ["Datum", "kWh", "kW", "Status"],
      [{ type: Date, value: new Date("2025-02-03T08:00:00Z"), format }, 0.25, 1, "gültig"],
      [{ type: Date, value: new Date("2025-02-03T08:15:00Z"), format }, 1.5, 6, "gültig"],
    ].map((row) => row.map((cell) => (typeof cell === "object" ? cell : { value: cell })));
    await writeExcelFile(sheet).toFile(file("table.xlsx"));
    for (const name of [...Object.keys(contents), "table.xlsx"])
      expect(await importing(name, "--dry-run"), name).toMatchObject({
        format: "Netz OÖ",
        since: "2025-02-03T07:00:00.000Z",
        until: "2025-02-03T07:30:00.000Z",
        kwh: 1.75,
      });
  });
});

/** A day as Netz NÖ (the end of each quarter-hour) or Netz OÖ (its start) writes it, with its wall clock. */
function csvOfDay(day: string, names: "start" | "end", wh: (index: number) => number): string {
  const { from, to } = namedDay(ZONE, day);
  const clock = new Intl.DateTimeFormat("de-AT", {
    timeZone: ZONE,
    dateStyle: "medium",
    timeStyle: "short",
  });
  const rows: string[] = [];
  for (let at = from, index = 0; at < to; at += QUARTER_HOUR_MS, index += 1) {
    const time = clock.format(at + (names === "end" ? QUARTER_HOUR_MS : 0)).replace(", ", " ");
    const kwh = (wh(index) / 1_000).toLocaleString("de", { minimumFractionDigits: 3 });
    rows.push(names === "end" ? `${time};${kwh};;` : `${time};${kwh};0;gemessen`);
  }
  const head = names === "end" ? "Messzeitpunkt;Verbrauch (kWh);Qualität;" : "Datum;kWh;kW;Status";
  return `${[head, ...rows].join("\r\n")}\r\n`;
}

describe("the import of a day", () => {
  it.each([
    ["of 92 quarter-hours", "2025-03-30", 92],
    ["of 100 quarter-hours", "2025-10-26", 100],
    ["of 96 quarter-hours", "2025-06-01", 96],
  ])("%s brings each value to its place, whether the portal names start or end", async (_, day, count) => {
    const wh = Array.from({ length: count }, (_, index) => index + 1);
    for (const names of ["start", "end"] as const) {
      const name = `${day}-${names}.csv`;
      await writeFile(
        file(name),
        csvOfDay(day, names, (index) => index + 1),
      );
      const { quarter_hours, written, same } = await importing(name);
      expect({ names, quarter_hours, written, same }).toEqual({
        names,
        quarter_hours: count,
        written: names === "start" ? count : 0,
        same: names === "start" ? 0 : count,
      });
    }
    const profile = await profileOf(day);
    expect(profile?.import_wh).toEqual(wh);
    expect(profile?.quality).toBe("i".repeat(count));
    // The second file said the same, so nothing was written.
    expect(profile?.version).toBe(1);
  });

  it("takes the newest first as well, and both ways to write the repeated hour's end", async () => {
    const day = "2024-10-27";
    const rows = csvOfDay(day, "end", (index) => index + 1)
      .trim()
      .split("\r\n");
    const [head = "", ...data] = rows;
    await writeFile(file("newest.csv"), [head, ...data.toReversed()].join("\n"));
    await importing("newest.csv");
    expect((await profileOf(day))?.import_wh).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    // As if the clock were turned back only after 03:00 was written.
    const naive = data.map((row, index) => (index === 11 ? row.replace("02:00", "03:00") : row));
    await writeFile(file("naive.csv"), [head, ...naive].join("\n"));
    expect(await importing("naive.csv")).toMatchObject({ written: 0, same: 100 });
  });

  it("leaves out the hour that the clock skips, if the portal writes zeros for it", async () => {
    const day = "2024-03-31";
    const rows = csvOfDay(day, "start", () => 100)
      .trim()
      .split("\r\n");
    const skipped = ["02:00", "02:15", "02:30", "02:45"].map((time) => `31.03.2024 ${time};0,000;0;gemessen`);
    await writeFile(file("skipped.csv"), [...rows.slice(0, 9), ...skipped, ...rows.slice(9)].join("\n"));
    expect(await importing("skipped.csv")).toMatchObject({ quarter_hours: 92, empty: 4 });
  });

  it("never replaces what was measured, and what it brings is never replaced by an estimate", async () => {
    const day = "2025-05-05";
    const empty = emptyProfile(stack.home, namedDay(ZONE, day), ZONE);
    await store().write({
      ...empty,
      import_wh: empty.import_wh.map((_, index) => (index < 8 ? 50 : null)),
      export_wh: empty.export_wh.map((_, index) => (index < 8 ? 5 : null)),
      quality: "mmmmeeee".padEnd(empty.quality.length, "-"),
    });
    await writeFile(
      file("joined.csv"),
      csvOfDay(day, "start", () => 77),
    );
    expect(await importing("joined.csv")).toMatchObject({ written: 92, same: 0, measured: 4 });
    const profile = await profileOf(day);
    expect(profile?.import_wh).toEqual([50, 50, 50, 50, ...Array.from({ length: 92 }, () => 77)]);
    expect(profile?.export_wh.slice(0, 9)).toEqual([5, 5, 5, 5, 5, 5, 5, 5, null]);
    expect(profile?.quality).toBe("mmmm".padEnd(96, "i"));
    const { stdout } = await stack.run(
      "energy",
      "Home",
      "--by",
      "day",
      "--since",
      day,
      "--until",
      "2025-05-06",
      "--json",
    );
    expect(stdout).toContain("7284");
  });

  it("brings what was fed in beside what was drawn", async () => {
    const day = "2025-06-02";
    await writeFile(
      file("drawn.csv"),
      csvOfDay(day, "start", () => 10),
    );
    await writeFile(
      file("fed.csv"),
      csvOfDay(day, "start", () => 3),
    );
    await importing("drawn.csv");
    expect(await importing("fed.csv", "--direction", "export")).toMatchObject({
      direction: "export",
      written: 96,
    });
    const profile = await profileOf(day);
    expect([profile?.import_wh[0], profile?.export_wh[0], profile?.quality[0]]).toEqual([10, 3, "i"]);
  });
});

describe("an import that cannot be", () => {
  it("names every bad row, and writes nothing", async () => {
    const bad = [
      "Datum;kWh;kW;Status",
      "04.02.2025 08:00;0,25;1;gemessen",
      "04.02.2025 08:15;viel;6;gemessen",
      "30.02.2025 08:30;0,1;6;gemessen",
      "04.02.2025 08:40;0,1;6;gemessen",
      "04.02.2025 08:45;-1;6;gemessen",
      "04.02.2025 08:00;0,26;1;gemessen",
      "04.02.2125 08:00;0,26;1;gemessen",
      "30.03.2025 02:15;0,1;1;gemessen",
    ];
    await writeFile(file("bad.csv"), bad.join("\n"));
    const { code, stderr } = await tried("bad.csv", "--yes");
    expect(code).toBe(1);
    for (const line of [
      'row 3: "viel" is not a number',
      'row 4: "30.02.2025 08:30" is not a date and a time',
      "row 5: 2025-02-04T08:40:00 is not the edge of a quarter-hour",
      "row 6: -1 is below zero",
      "row 7: is of the same quarter-hour as row 2, and differs",
      "row 8: 2125-02-04T08:00:00 has not been yet",
      "row 9: 2025-03-30T02:15:00 does not exist: the clock skips it",
    ])
      expect(stderr).toContain(line);
    expect(stderr).toContain("so none was written");
    expect(await profileOf("2025-02-04")).toBeUndefined();
  });

  it.each([
    [
      "unknown.csv",
      "a;b\n1;2\n",
      [],
      /has the form of none of the portals that are known; its first row is: a, b/,
    ],
    [
      "hourly.csv",
      "Datum;kWh;kW;Status\n04.02.2025 08:00;1;1;g\n04.02.2025 09:00;1;1;g\n",
      [],
      /60 minutes apart, and not quarter-hours/,
    ],
    [
      "hours in disorder.csv",
      "Datum;kWh;kW;Status\n04.02.2025 09:00;1;1;g\n04.02.2025 08:00;1;1;g\n04.02.2025 10:00;1;1;g\n",
      [],
      /60 minutes apart, and not quarter-hours/,
    ],
    ["nothing.csv", "Datum;kWh;kW;Status\n04.02.2025 08:00;;;g\n", [], /has no values in its column "kWh"/],
    [
      "column.csv",
      "Datum;kWh;kW;Status\n04.02.2025 08:00;1;;g\n",
      ["--column", "Gas"],
      /has no column with "Gas" in its name/,
    ],
    ["broken.xlsx", "PK\u0003\u0004 no zip", [], /is not a spreadsheet/],
  ])("says why: %s", async (name, content, options, message) => {
    await writeFile(file(name), content);
    const { code, stderr } = await tried(name, "--yes", ...options);
    expect(code, stderr).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("asks, and without a terminal needs --yes", async () => {
    const { code, stderr } = await tried("bad.csv");
    expect(code).toBe(2);
    expect(stderr).toMatch(/without a terminal, import profile needs --yes/);
  });
});
