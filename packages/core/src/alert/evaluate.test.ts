import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type Evaluation, evaluate, type Facts, type OpenAlert } from "./evaluate.ts";
import { type AlertRule, ruleId } from "./rule.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The start of a quarter-hour. */
const NOW = Date.parse("2026-11-25T12:00:00Z");

const POWER: AlertRule = { rule: "power_above", watts: 1_000, minutes: 15 };

/** A sample every five minutes, the last one now. */
const power = (...watts: number[]) =>
  watts.map((value, index) => ({ at: NOW - (watts.length - 1 - index) * 5 * MINUTE, watts: value }));

const heldBy = (rule: AlertRule, facts: Partial<Facts>, open: OpenAlert[] = []) =>
  evaluate([rule], { now: NOW, ...facts }, open);
const times = ({ held }: Evaluation) =>
  held.map(({ began, ended }) => [
    (began - NOW) / MINUTE,
    ended === undefined ? undefined : (ended - NOW) / MINUTE,
  ]);

describe("drawn power above a limit", () => {
  it("holds once it has lasted, from its first value on", () => {
    expect(times(heldBy(POWER, { power: power(0, 2_000, 2_000, 2_000) }))).toEqual([]);
    expect(times(heldBy(POWER, { power: power(0, 2_000, 1_500, 2_500, 2_000) }))).toEqual([[-15, undefined]]);
    expect(heldBy(POWER, { power: power(0, 2_000, 1_500, 2_500, 2_000) }).held[0]?.value).toBe(2_500);
  });

  it("is over with the first value at nine tenths of the limit, and not before", () => {
    const open = [{ rule: POWER, began: NOW - 20 * MINUTE }];
    const still = heldBy(POWER, { power: power(0, 2_000, 2_000, 2_000, 2_000, 950) }, open);
    expect([times(still), still.over]).toEqual([[[-20, undefined]], []]);
    const samples = power(0, 2_000, 2_000, 2_000, 2_000, 950, 900);
    const began = NOW - 25 * MINUTE;
    const over = heldBy(POWER, { power: samples }, [{ rule: POWER, began }]);
    expect(over.over).toMatchObject([{ alert: { began }, ended: NOW }]);
  });

  it("goes on from before what is known here", () => {
    const open = [{ rule: POWER, began: NOW - 3 * HOUR }];
    expect(heldBy(POWER, { power: power(950, 980) }, open).over).toEqual([]);
    expect(heldBy(POWER, { power: power(950, 700) }, open).over).toMatchObject([{ ended: NOW }]);
  });

  it("is not over because the device says nothing any more", () => {
    const open = [{ rule: POWER, began: NOW - 3 * HOUR }];
    expect(heldBy(POWER, { power: [] }, open)).toEqual({ held: [], over: [] });
  });

  it("is not known over a pause", () => {
    const samples = [
      { at: NOW - 3 * HOUR, watts: 2_000 },
      { at: NOW, watts: 2_000 },
    ];
    expect(heldBy(POWER, { power: samples }).held).toEqual([]);
  });
});

describe("silence", () => {
  const rule: AlertRule = { rule: "no_data", minutes: 60 };

  it("holds from the last measurement on, until the next", () => {
    expect(heldBy(rule, { newestAt: NOW - 59 * MINUTE }).held).toEqual([]);
    expect(times(heldBy(rule, { newestAt: NOW - 61 * MINUTE }))).toEqual([[-61, undefined]]);
    const open = [{ rule, began: NOW - 3 * HOUR }];
    expect(heldBy(rule, { newestAt: NOW - MINUTE }, open).over).toMatchObject([
      { ended: NOW - MINUTE, value: 179 },
    ]);
    expect(heldBy(rule, {}).held).toEqual([]);
  });
});

describe("energy and cost above a limit", () => {
  const rule: AlertRule = { rule: "energy_above", kwh: 20, per: "day" };
  const day = (ago: number, value: number) =>
    ({ per: "day", from: NOW - (ago + 0.5) * DAY, to: NOW - (ago - 0.5) * DAY, value }) as const;

  it("hold for their period, and each period anew", () => {
    expect(heldBy(rule, { energy: [day(0, 20)] }).held).toEqual([]);
    expect(times(heldBy(rule, { energy: [day(1, 21), day(0, 21)] }))).toEqual([
      [-36 * 60, -12 * 60],
      [-12 * 60, undefined],
    ]);
    const open = [{ rule, began: NOW - 1.5 * DAY }];
    expect(heldBy(rule, { energy: [day(1, 21), day(0, 1)] }, open).over).toMatchObject([
      { ended: NOW - DAY / 2, value: 21 },
    ]);
    expect(heldBy(rule, { energy: [{ ...day(0, 30), per: "week" }] }).held).toEqual([]);
  });

  it("end at once when a tariff is mended", () => {
    const cost: AlertRule = { rule: "cost_above", eur: 5, per: "day" };
    const open = [{ rule: cost, began: NOW - DAY / 2 }];
    expect(heldBy(cost, { cost: [day(0, 4)] }, open).over).toMatchObject([{ ended: NOW, value: 4 }]);
  });
});

describe("a peak", () => {
  const rule: AlertRule = { rule: "peak_above", kw: 6 };

  it("is foreseen in the running quarter-hour, and over when it can no longer come", () => {
    const now = NOW + 5 * MINUTE;
    const foreseen = (watts: number) => ({ now, foreseen: { at: NOW, watts } });
    expect(evaluate([rule], foreseen(6_100), []).held).toEqual([
      { rule, began: NOW, ended: undefined, value: 6.1 },
    ]);
    const open = [{ rule, began: NOW }];
    expect(evaluate([rule], foreseen(5_500), open).over).toEqual([]);
    expect(evaluate([rule], foreseen(5_400), open).over).toMatchObject([{ ended: now, value: 5.4 }]);
  });

  it("that came is told once, and was over with its quarter-hour", () => {
    const now = NOW + 16 * MINUTE;
    const facts = {
      now,
      quarterHours: [
        { at: NOW, watts: 7_000 },
        { at: NOW + 15 * MINUTE, watts: 9_000 },
      ],
    };
    const end = NOW + 15 * MINUTE;
    expect(evaluate([rule], facts, []).held).toEqual([{ rule, began: NOW, ended: end, value: 7 }]);
    expect(evaluate([rule], facts, [{ rule, began: NOW }]).over).toMatchObject([{ ended: end, value: 7 }]);
  });
});

describe("base load, battery and unusual days", () => {
  it("go on until they are well on the right side again", () => {
    const base: AlertRule = { rule: "base_load_above", watts: 250 };
    const night = (watts: number) => ({ baseLoad: { from: NOW, watts } });
    const open = [{ rule: base, began: NOW - DAY }];
    expect(heldBy(base, night(260)).held).toMatchObject([{ began: NOW, value: 260 }]);
    // One alert for many nights.
    expect(heldBy(base, night(260), open)).toMatchObject({ held: [{ began: NOW - DAY }], over: [] });
    expect(heldBy(base, night(230), open).over).toEqual([]);
    expect(heldBy(base, night(225), open).over).toMatchObject([{ ended: NOW, value: 225 }]);
    const battery: AlertRule = { rule: "battery_below", millivolts: 4_300 };
    const sent = (millivolts: number) => ({ battery: { at: NOW + 1, millivolts } });
    expect(heldBy(battery, sent(4_299)).held).toMatchObject([{ began: NOW, value: 4_299 }]);
    const low = [{ rule: battery, began: NOW - DAY }];
    expect(heldBy(battery, sent(4_700), low).over).toEqual([]);
    expect(heldBy(battery, sent(4_730), low).over).toMatchObject([{ value: 4_730 }]);
  });

  it("an unusual day ends when the next one is known", () => {
    const rule: AlertRule = { rule: "unusual_day", percent: 50 };
    const of = (from: number, percent: number) => ({ unusualDay: { from, percent } });
    expect(heldBy(rule, of(NOW - DAY, -60)).held).toMatchObject([{ began: NOW - DAY, value: -60 }]);
    const open = [{ rule, began: NOW - DAY }];
    expect(heldBy(rule, of(NOW - DAY, -60), open).over).toEqual([]);
    expect(heldBy(rule, of(NOW, 20), open).over).toMatchObject([{ ended: NOW }]);
  });
});

describe("evaluating", () => {
  it("closes the alert of a rule that was removed, and leaves others alone", () => {
    const other: AlertRule = { rule: "no_data", minutes: 60 };
    const open = [
      { rule: POWER, began: NOW - HOUR },
      { rule: other, began: NOW - 2 * HOUR },
    ];
    const { over } = evaluate([other], { now: NOW, newestAt: NOW - 2 * HOUR }, open);
    expect(over).toMatchObject([{ alert: { rule: POWER }, ended: NOW }]);
  });

  /** What a table holds after looking at these times, in this order; each look sees everything until then, or less. */
  function alertsAfter(samples: readonly { at: number; watts: number }[], looks: readonly number[]) {
    const table = new Map<string, { began: number; ended: number | undefined }>();
    let newest = 0;
    for (const look of looks) {
      // A repeated or late message is a reason to look at what is known by now.
      newest = Math.max(newest, look);
      const known = samples.slice(0, newest + 1);
      const open = [...table.values()].flatMap(({ began, ended }) =>
        ended === undefined ? [{ rule: POWER, began }] : [],
      );
      const { held, over } = evaluate([POWER], { now: known.at(-1)?.at ?? NOW, power: known }, open);
      const key = (began: number) => `${ruleId(POWER)}#${began}`;
      for (const { began, ended } of held)
        if (!table.has(key(began))) table.set(key(began), { began, ended });
      for (const { alert, ended } of over) {
        const found = table.get(key(alert.began));
        if (found !== undefined && found.ended === undefined) found.ended = ended;
      }
    }
    return [...table.values()].sort((a, b) => a.began - b.began);
  }

  const watts = fc.array(fc.constantFrom(0, 850, 950, 1_050, 2_000), { minLength: 1, maxLength: 60 });

  it("ends in the same alerts whatever the order and repetition of looks", () => {
    fc.assert(
      fc.property(watts, fc.array(fc.nat({ max: 59 }), { maxLength: 80 }), (values, order) => {
        const samples = power(...values);
        const last = samples.length - 1;
        const once = alertsAfter(samples, [last]);
        const looks = [...order.map((look) => look % samples.length), last];
        expect(alertsAfter(samples, looks)).toEqual(once);
      }),
    );
  });

  it("never flaps: between two alerts the power was well below the limit", () => {
    fc.assert(
      fc.property(watts, (values) => {
        const samples = power(...values);
        const alerts = alertsAfter(
          samples,
          samples.map((_, index) => index),
        );
        for (const [index, { ended }] of alerts.slice(0, -1).entries()) {
          expect(ended).toBeDefined();
          expect(alerts[index + 1]?.began).toBeGreaterThan(ended ?? 0);
          expect(samples.find(({ at }) => at === ended)?.watts).toBeLessThanOrEqual(900);
        }
      }),
    );
  });
});
