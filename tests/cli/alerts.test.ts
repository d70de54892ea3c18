import { createAlertStore } from "@energylive/core/alert/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type HomeStack, startHomeStack } from "./cli.ts";

let stack: HomeStack;
beforeAll(async () => {
  stack = await startHomeStack();
});
afterAll(() => stack[Symbol.asyncDispose]());

describe("the rules of a device", () => {
  it("are added, shown and removed one by one", async () => {
    expect((await stack.run("alerts", "rules", "Home")).stdout).toContain(
      "Beside them those of the stage (ENERGYLIVE_ALERT_RULES; nothing new for 60 min, unless it says otherwise)",
    );
    const added = await stack.run("alerts", "add", "Home", "power_above", "watts=5000");
    expect(added.stdout).toContain(`${stack.home} is watched for: more than 5,000 W drawn for 15 min.`);
    await stack.run("alerts", "add", "Home", "power_above", "watts=9000", "minutes=30");
    const { alerts } = await stack.json("alerts", "add", "Home", "energy_above", "kwh=20", "per=week");
    expect(alerts).toEqual([
      { rule: "power_above", watts: 5_000, minutes: 15 },
      { rule: "power_above", watts: 9_000, minutes: 30 },
      { rule: "energy_above", kwh: 20, per: "week" },
    ]);
    // Again, it is there already.
    expect((await stack.json("alerts", "add", "Home", "power_above", "watts=5000")).alerts).toEqual(alerts);
    expect((await stack.run("alerts", "rules", stack.home)).stdout).toMatch(
      /energy_above-20-week +more than 20 kWh drawn in a week/,
    );
    await stack.run("alerts", "remove", "Home", "power_above-9000-30");
    expect((await stack.json("alerts", "remove", "Home", "energy_above")).alerts).toEqual([alerts[0]]);
    expect((await stack.json("alerts", "remove", "Home", "power_above")).alerts).toBeNull();
    expect((await stack.json("devices", "show", stack.home)).config.alerts).toBeUndefined();
  });

  it.each([
    [["power_over", "watts=1"], 'there is no rule "power_over"; there are power_above, no_data,'],
    [["power_above"], "power_above needs watts=…, like watts=5000 minutes=15"],
    [["power_above", "kw=5"], "power_above has no kw; it has watts and minutes"],
    [["power_above", "5000"], '"5000" is not field=value, like watts=5000 minutes=15'],
    [["power_above", "watts=much"], "watts is not a number"],
    [["no_data", "minutes=1"], "minutes is less than 10"],
    [["energy_above", "kwh=20", "per=year"], "per is none of day, week, month"],
  ])("are refused with what is wrong: %j", async (args, problem) => {
    const { code, stderr } = await stack.run("alerts", "add", "Home", ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(problem);
  });
});

describe("alerts", () => {
  it("are listed while they last, and kept as history", async () => {
    expect((await stack.run("alerts", "list")).stdout).toContain("No alert lasts.");
    const { dynamodb, names } = stack.collector.stack;
    const store = createAlertStore({ dynamodb, table: names.alertsTable });
    const began = Date.now() - 3 * 3_600_000;
    const rule = { rule: "power_above", watts: 5_000, minutes: 15 } as const;
    const opened_at = new Date().toISOString();
    const alert = { device_id: stack.home, rule, began, opened_at, value: 6_120, limit: 5_000 };
    await store.add(alert);
    expect((await stack.run("alerts", "list")).stdout).toMatch(
      /Home +more than 5,000 W drawn for 15 min +6,120\sW +3 h ago/,
    );
    expect(await stack.json("alerts", "list")).toMatchObject([
      { device_id: stack.home, rule, value: 6_120, limit: 5_000, closed_at: null },
    ]);
    await store.close(alert, new Date(began + 1_800_000).toISOString(), 4_100);
    expect(await stack.json("alerts", "list")).toEqual([]);
    expect((await stack.run("alerts", "history", "Home")).stdout).toMatch(/after 30 min +more than 5,000 W/);
  });
});
