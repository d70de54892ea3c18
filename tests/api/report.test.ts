import { emptyProfile } from "@energylive/core/profile/profile";
import { namedDay } from "@energylive/core/profile/quarter-hours";
import { createProfileStore } from "@energylive/core/profile/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Collector, startCollector } from "../e2e/collector.ts";
import { openDashboard, type TestDashboard } from "./support/dashboard.ts";

const ZONE = "Europe/Vienna";
const OCTOBER = `unit=month&at=${Date.parse("2026-10-15T12:00:00Z")}`;

let collector: Collector;
let dashboard: TestDashboard;

/** Two meters of a house, one elsewhere, and one that is paused. */
beforeAll(async () => {
  collector = await startCollector();
  const { dynamodb, names } = collector.stack;
  const profiles = createProfileStore({ dynamodb, table: names.profilesTable });
  const add = async (index: number, name: string, fields: Record<string, unknown>) => {
    const device_id = `I-01012020-0000000${index}`;
    await collector.put({ device_id, name, ...fields });
    const empty = emptyProfile(device_id, namedDay(ZONE, "2026-10-30"), ZONE);
    await profiles.write({ ...empty, import_wh: empty.import_wh.map(() => 100) });
  };
  await add(1, "Ground floor", { labels: { house: "A=1" } });
  await add(2, "First floor", { labels: { house: "A=1" } });
  await add(3, "Elsewhere", { labels: { house: "B" } });
  await add(4, "Paused", { labels: { house: "A=1" }, enabled: false });
  dashboard = await openDashboard(collector);
});
afterAll(async () => {
  await dashboard[Symbol.asyncDispose]();
  await collector[Symbol.asyncDispose]();
});

const page = async (query: string) => (await dashboard.get(`/api/report?${query}&${OCTOBER}`)).text();

describe("the page of a report", () => {
  it("is of those with the same value of a label, each with its share", async () => {
    const html = await page(`label=${encodeURIComponent("house=A=1")}`);
    expect(html).toContain('<h1 style="margin:0;font-size:24px">house: A=1</h1>');
    expect(html).toContain("Ground floor");
    expect(html).toContain("First floor");
    expect(html).not.toMatch(/Elsewhere|Paused/);
    // Two of 96 quarter-hours with 100 Wh.
    expect(html).toContain("19.20\u00a0kWh");
    expect(html).toContain("By quarter-hours, and not for billing.");
  });

  it("is of all, or of one alone, who needs no share", async () => {
    expect(await page("")).toMatch(/<h1[^>]*>3 devices<\/h1>.*Elsewhere/s);
    const alone = await page("label=house%3DB");
    expect(alone).toMatch(/<h1[^>]*>Elsewhere<\/h1>/);
    expect(alone).not.toContain("not for billing");
  });

  it.each([
    ["label=house", "label is not name=value"],
    ["unit=day", "unit is none of week, month, year"],
  ])("says what is wrong: %s", async (query, said) => {
    const response = await dashboard.get(
      `/api/report?${OCTOBER}&${query}`.replace(/unit=month&(.*unit)/, "$1"),
    );
    expect([response.status, await response.json()]).toEqual([
      400,
      { code: "bad_request", said: expect.stringContaining(said) },
    ]);
  });
});
