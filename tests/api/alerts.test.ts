import type { DeviceAlerts, DeviceDetail, OpenAlerts } from "@energylive/api/contract";
import { createAlertStore } from "@energylive/core/alert/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Collector, startCollector } from "../e2e/collector.ts";
import { openDashboard, type TestDashboard } from "./support/dashboard.ts";

const HOUR = 3_600_000;
const HOME = "I-01012020-00000001";
const RULE = { rule: "power_above", watts: 5_000, minutes: 15 } as const;

let collector: Collector;
let dashboard: TestDashboard;

beforeAll(async () => {
  collector = await startCollector();
  await collector.put({ device_id: HOME, name: "Home" });
  dashboard = await openDashboard(collector);
});
afterAll(async () => {
  await dashboard[Symbol.asyncDispose]();
  await collector[Symbol.asyncDispose]();
});

describe("alerts", () => {
  it("are told of all devices while they last, and of one device for ever", async () => {
    const { dynamodb, names } = collector.stack;
    const store = createAlertStore({ dynamodb, table: names.alertsTable });
    const [old, now] = [Date.now() - 50 * HOUR, Date.now() - HOUR];
    const alert = (began: number) => ({
      device_id: HOME,
      rule: RULE,
      began,
      opened_at: new Date().toISOString(),
      value: 6_000,
      limit: 5_000,
    });
    await store.add(alert(old));
    await store.close(alert(old), new Date(old + HOUR).toISOString(), 4_000);
    await store.add(alert(now));
    await store.release(alert(now), 'channel "phone": it did not answer');
    const entry = { device_id: HOME, rule: RULE };
    expect(await dashboard.json<OpenAlerts>("/api/alerts")).toEqual({
      alerts: [
        {
          ...entry,
          name: "Home",
          began: now,
          ended: null,
          value: 6_000,
          notify_error: 'channel "phone": it did not answer',
        },
      ],
      total: 1,
    });
    expect((await dashboard.json<DeviceAlerts>(`/api/alerts?device=${HOME}`)).alerts).toMatchObject([
      { began: now, ended: null },
      { began: old, ended: old + HOUR, value: 4_000, notify_error: null },
    ]);
  });

  it("have rules, which are changed and left to the stage", async () => {
    const change = (alerts: unknown) => dashboard.post(`/api/devices/${HOME}`, { alerts });
    const rules = async () => (await dashboard.json<DeviceDetail>(`/api/devices/${HOME}`)).alerts;
    expect((await change([RULE])).status).toBe(200);
    expect(await rules()).toEqual([RULE]);
    const refused = await change([{ ...RULE, watts: -1 }]);
    expect([refused.status, await refused.json()]).toEqual([
      400,
      { code: "bad_request", said: expect.stringContaining("alerts.0.watts") },
    ]);
    expect((await change(null)).status).toBe(200);
    expect(await rules()).toBeNull();
  });
});
