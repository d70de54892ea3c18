import type { DevicePage, Totals } from "@energylive/api/contract";
import { afterAll, beforeAll, expect, it } from "vitest";

import { type Collector, startCollector } from "../e2e/collector.ts";
import { openDashboard, type TestDashboard } from "./support/dashboard.ts";

const MINUTE_MS = 60_000;

/** Here it is noon, more or less: two minutes ago was today. */
const ZONE = (() => {
  const ahead = 12 - new Date().getUTCHours();
  return `Etc/GMT${ahead > 0 ? `-${ahead}` : `+${-ahead}`}`;
})();

/** Watts drawn and fed in, and how much the registers grew in two minutes. */
const HOUSES = [
  { name: "Haus 1", labels: { site: "Graz" }, drawn: 0, fedIn: 500, imported: 100, exported: 40 },
  { name: "Haus 2", labels: { site: "Graz" }, drawn: 3_000, fedIn: 0, imported: 250, exported: 0 },
  {
    name: "Haus 10",
    labels: { site: "Wien", roof: "west" },
    drawn: 20,
    fedIn: 0,
    imported: 700,
    exported: 5,
  },
] as const;

let collector: Collector;
let dashboard: TestDashboard;

beforeAll(async () => {
  collector = await startCollector({ devices: HOUSES.length + 1 });
  const { api, ids, put, stack } = collector;
  for (const [index, { name, labels }] of HOUSES.entries())
    await put({ device_id: ids[index], name, labels });
  await put({ device_id: ids[HOUSES.length], name: "Pause", enabled: false });
  await put({ device_id: "I-20000000-00000001", nmae: "Tippfehler" });
  for (const [ago, share] of [
    [2 * MINUTE_MS, 0],
    [0, 1],
  ] as const) {
    const timestamp = Date.now() - ago;
    for (const [index, house] of HOUSES.entries())
      api.setResponse(ids[index] ?? "", [
        { measurement: "0100010700", timestamp, value: house.drawn },
        { measurement: "0100020700", timestamp, value: house.fedIn },
        { measurement: "0100010800", timestamp, value: 10_000 + share * house.imported },
        { measurement: "0100020800", timestamp, value: 20_000 + share * house.exported },
      ]);
    await stack.poll({ device_ids: ids.slice(0, HOUSES.length) });
    await collector.drained();
  }
  dashboard = await openDashboard(collector);
});
afterAll(async () => {
  await dashboard[Symbol.asyncDispose]();
  await collector[Symbol.asyncDispose]();
});

it("adds up the power and today's energy of all devices, and of those with one value of a label", async () => {
  const { labels, all, groups } = await dashboard.json<Totals>(
    `/api/totals?zone=${encodeURIComponent(ZONE)}&label=site`,
  );
  expect(labels).toEqual(["roof", "site"]);
  expect(all).toEqual({
    devices: 5,
    power_w: 2_520,
    with_power: 3,
    import_wh: 1_050,
    export_wh: 45,
    with_energy: 3,
  });
  const nothing = { power_w: null, with_power: 0, import_wh: null, export_wh: null, with_energy: 0 };
  expect(groups).toEqual([
    {
      value: "Graz",
      devices: 2,
      power_w: 2_500,
      with_power: 2,
      import_wh: 350,
      export_wh: 40,
      with_energy: 2,
    },
    { value: "Wien", devices: 1, power_w: 20, with_power: 1, import_wh: 700, export_wh: 5, with_energy: 1 },
    { value: null, devices: 2, ...nothing },
  ]);
  expect((await dashboard.json<Totals>(`/api/totals?zone=${encodeURIComponent(ZONE)}`)).groups).toEqual([]);
});

it.each([
  ["name", ["Haus 1", "Haus 2", "Haus 10", undefined, "Pause"]],
  ["health", [undefined, "Haus 1", "Haus 2", "Haus 10", "Pause"]],
  ["power", ["Haus 2", "Haus 10", "Haus 1", undefined, "Pause"]],
  ["energy", ["Haus 10", "Haus 2", "Haus 1", undefined, "Pause"]],
])("sorts the devices by %s, and puts last what has no such figure", async (sort, names) => {
  const { devices } = await dashboard.json<DevicePage>(
    `/api/devices?sort=${sort}&zone=${encodeURIComponent(ZONE)}`,
  );
  expect(devices.map(({ name }) => name)).toEqual(names);
});

it("sorts the failing before the well", async () => {
  const { api, ids, stack } = collector;
  api.setFault(ids[2] ?? "", { kind: "status", status: 403 });
  await stack.poll({ device_ids: [ids[2] ?? ""] });
  const names = async () =>
    (await dashboard.json<DevicePage>("/api/devices?sort=health")).devices.map(({ name }) => name);
  // The list is up to a second old.
  await expect.poll(names, { timeout: 10_000 }).toEqual([undefined, "Haus 10", "Haus 1", "Haus 2", "Pause"]);
});
