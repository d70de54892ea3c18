import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type CliStack, startCliStack } from "./cli.ts";

/** Monday, 1 June 2026, 00:00 in Vienna. */
const START = Date.parse("2026-06-01T00:00:00+02:00");
const QUARTER = 15 * 60_000;

let stack: CliStack;
let id: string;
let other: string;

/** Registers that grow by 100 and 10 Wh in each quarter-hour, read at its edges: as if polled when they were. */
beforeAll(async () => {
  stack = await startCliStack(2);
  [id = "", other = ""] = stack.collector.ids;
  const { api, put } = stack.collector;
  await put({ device_id: id, labels: { site: "Graz" } });
  await put({ device_id: other });
  const readings = (wh: number) =>
    Array.from({ length: 9 }, (_, index) => [
      `{"measurement":"0100010800","timestamp":${START + index * QUARTER},"value":${5_000_000 + index * wh}.5}`,
      `{"measurement":"0100020800","timestamp":${START + index * QUARTER},"value":${(index * wh) / 10}}`,
    ]).flat();
  api.setResponse(id, `[${readings(100)}]`);
  api.setResponse(other, `[${readings(1_000).slice(0, 10)}]`);
  await stack.collector.stack.poll({});
  await stack.collector.drained();
});
afterAll(() => stack[Symbol.asyncDispose]());

describe("energy", () => {
  it("adds the quarter-hours up to what the registers grew by", async () => {
    const report = await stack.json(
      "energy",
      id,
      "--by",
      "quarter",
      "--since",
      "2026-06-01",
      "--until",
      "2026-06-02",
    );
    expect(report).toMatchObject({ by: "quarter", time_zone: "Europe/Vienna", devices: [id] });
    expect(report.periods).toHaveLength(96);
    expect(report.periods[3]).toEqual({
      from: "2026-05-31T22:45:00.000Z",
      to: "2026-05-31T23:00:00.000Z",
      import_wh: 100,
      export_wh: 10,
      net_wh: 90,
      peak_w: 400,
      peak_at: "2026-05-31T22:45:00.000Z",
      measured: 1,
      estimated: 0,
      reset: 0,
      imported: 0,
      missing: 0,
    });
    expect(report.periods[8]).toMatchObject({ import_wh: null, missing: 1 });
    expect(report.total).toMatchObject({
      import_wh: 800,
      export_wh: 80,
      net_wh: 720,
      measured: 8,
      missing: 88,
    });
  });

  it("adds devices up, or only those with a label", async () => {
    const by = ["--by", "day", "--since", "2026-06-01", "--until", "2026-06-02"];
    const all = await stack.json("energy", ...by);
    expect(all.total).toMatchObject({ import_wh: 4_800, export_wh: 480, measured: 12, missing: 180 });
    const labelled = await stack.json("energy", ...by, "--label", "site=Graz");
    expect([labelled.devices, labelled.total.import_wh]).toEqual([[id], 800]);
    const none = await stack.run("energy", ...by, "--label", "site=Wien");
    expect([none.code, none.stderr]).toEqual([1, "no device has the label site=Wien\n"]);
  });

  it("shows a table for people, and compares with the year before", async () => {
    const { stdout } = await stack.run(
      ...[
        "energy",
        id,
        "--by",
        "month",
        "--since",
        "2026-05",
        "--until",
        "2026-07",
        "--compare",
        "last-year",
      ],
    );
    const rows = stdout.split("\n").map((line) => line.trim().split(/ {2,}/));
    expect(rows.slice(0, 4)).toEqual([
      ["period", "drawn kWh", "fed in kWh", "net kWh", "peak kW", "measured", "before", "change"],
      ["2026-05", "-", "-", "-", "-", "0 %", "-", "-"],
      ["2026-06", "0.800", "0.080", "0.720", "0.40", "0 %", "-", "-"],
      ["together", "0.800", "0.080", "0.720", "0.40", "0 %", "-", "-"],
    ]);
    expect(stdout).toMatch(/^1 device, Europe\/Vienna\. 5848 missing\.$/m);
    const days = ["--by", "day", "--since", "2026-06-01", "--until", "2026-06-03", "--compare", "previous"];
    const { compared, compared_total } = await stack.json("energy", id, ...days);
    expect(compared.map(({ from }: { from: string }) => from)).toEqual([
      "2026-05-29T22:00:00.000Z",
      "2026-05-30T22:00:00.000Z",
    ]);
    expect(compared_total).toMatchObject({ import_wh: null, missing: 192 });
  });

  it("writes CSV and NDJSON for programs", async () => {
    const args = [
      "energy",
      id,
      "--by",
      "hour",
      "--since",
      "2026-06-01",
      "--until",
      "2026-06-01T02:00+02:00",
      "--format",
    ];
    const csv = (await stack.run(...args, "csv")).stdout.trim().split("\n");
    expect(csv[0]).toBe(
      "from,to,import_wh,export_wh,net_wh,peak_w,peak_at,measured,estimated,reset,imported,missing",
    );
    expect(csv[1]).toBe(
      "2026-05-31T22:00:00.000Z,2026-05-31T23:00:00.000Z,400,40,360,400,2026-05-31T22:00:00.000Z,4,0,0,0,0",
    );
    const lines = (await stack.run(...args, "ndjson")).stdout.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).import_wh)).toEqual([400, 400]);
  });

  it("counts a day of 25 hours as 100 quarter-hours, and one of 23 as 92", async () => {
    for (const [day, next, count] of [
      ["2026-10-25", "2026-10-26", 100],
      ["2026-03-29", "2026-03-30", 92],
    ] as const) {
      const { periods } = await stack.json("energy", id, "--by", "quarter", "--since", day, "--until", next);
      expect(periods).toHaveLength(count);
    }
  });

  it("says that nothing is known in a range", async () => {
    const { code, stderr } = await stack.run("energy", "--since", "2025-01", "--until", "2025-02");
    expect(code).toBe(0);
    expect(stderr).toMatch(/^No load profile has energy in that time: energylive profiles check/);
  });
});

describe("profiles", () => {
  it("are checked against the raw measurements, and rebuilt from them", async () => {
    expect((await stack.run("profiles", "check")).stdout).toBe(
      "12 quarter-hours of 2 devices checked, 0 different.\n",
    );
    const { dynamodb, names } = stack.collector.stack;
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: names.profilesTable,
        Key: { device_id: { S: id }, day: { S: "2026-06-01" } },
        UpdateExpression: "SET import_wh[2] = :wrong",
        ExpressionAttributeValues: { ":wrong": { N: "7" } },
      }),
    );
    const wrong = await stack.run("profiles", "check", id);
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toMatch(
      /stored 7 Wh drawn and 10 Wh fed in \(m\), measured 100 Wh drawn and 10 Wh fed in \(m\)/,
    );
    expect(wrong.stdout).toMatch(
      /8 quarter-hours of 1 device checked, 1 different\.\nenergylive profiles rebuild mends them\.\n$/,
    );
    expect(await stack.json("profiles", "rebuild", "--since", "2026-06-02")).toEqual({
      devices: 2,
      days: 0,
      written: 0,
    });
    expect(await stack.json("profiles", "rebuild")).toEqual({ devices: 2, days: 2, written: 1 });
    expect(await stack.json("profiles", "check")).toEqual({ devices: 2, quarter_hours: 12, differences: [] });
  });
});
