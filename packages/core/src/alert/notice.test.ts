import { describe, expect, it } from "vitest";

import { events, ID, iso, NOW, run } from "../testing/fetcher.ts";
import type { AlertRule } from "./rule.ts";

const MINUTE = 60_000;
const RULES: AlertRule[] = [{ rule: "no_data", minutes: 60 }];

/** A device that was polled five minutes ago, and had sent its newest measurement so many minutes ago. */
const silent = (minutes: number, fields: Record<string, unknown> = {}) => ({
  device_id: ID,
  ...fields,
  state: {
    consecutive_failures: 0,
    last_polled_at: iso(NOW - 5 * MINUTE),
    watermarks: { a: NOW - minutes * MINUTE },
  },
});

const nothing = () => ({ measurements: [], invalid: [] });

describe("the profiler", () => {
  it.each([
    ["has just become silent", 61, 1],
    ["is not silent yet", 59, 0],
    ["was told of by the poll before", 66, 0],
  ])("is told of a device that %s", async (_what, minutes, told) => {
    const { bodies, sent } = await run({ items: [silent(minutes)], latest: nothing, alertRules: RULES });
    expect(bodies("profiles")).toHaveLength(told);
    if (told === 0) return;
    const at = NOW - minutes * MINUTE;
    expect(bodies("profiles")).toEqual([{ v: 1, device_id: ID, from: at, to: at, alerts: true }]);
    expect(sent.profiles[0]?.delaySeconds).toBe(30);
  });

  it("is told of a device that speaks again, of edited rules, and of a quarter-hour that is foreseen", async () => {
    const count = async (item: Record<string, unknown>, alertRules: AlertRule[]) =>
      (await run({ items: [item], alertRules })).bodies("profiles").length;
    expect(await count(silent(180), RULES)).toBe(1);
    expect(await count(silent(5), RULES)).toBe(0);
    const edited = { ...silent(5), state: { ...silent(5).state, config_fingerprint: "of before" } };
    expect(await count(edited, [])).toBe(1);
    expect(await count(silent(5, { alerts: [{ rule: "peak_above", kw: 6 }] }), [])).toBe(1);
  });

  it("is not told of a device that is paused, or whose own rules leave silence out", async () => {
    for (const fields of [{ enabled: false }, { alerts: [] }])
      expect(
        (await run({ items: [silent(61, fields)], latest: nothing, alertRules: RULES })).bodies("profiles"),
      ).toEqual([]);
  });

  it("is told by a warning only, where SQS does not take it: polling goes on", async () => {
    const { result, lines } = await run({
      items: [silent(61)],
      alertRules: RULES,
      send: (queue) => {
        if (queue === "profiles") throw new Error("not now");
      },
    });
    expect(result.polled).toBe(1);
    expect(events(lines)).toContain("alerts_not_told");
  });
});
