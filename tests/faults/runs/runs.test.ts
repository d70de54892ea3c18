import { describe, expect, it } from "vitest";

import { summary } from "../checker/account.ts";
import { FAULT_KINDS } from "../proxy/faults.ts";
import { runUnderFaults } from "./run.ts";

const RUN = { devices: 200, seconds: 6 };

describe("the whole pipeline, with every fault at once and its processes killed at random", () => {
  it.each([1, 2])(
    "loses, doubles and alters nothing (invariants 1 to 8), seed %i",
    async (seed) => {
      const report = await runUnderFaults({ seed, ...RUN });
      const { account, leaks, overwrittenEdits, injected, events } = report;
      const { lost, doubled, altered, dropped, unexplained } = account;
      expect({ lost, doubled, altered, dropped, unexplained }).toEqual({
        lost: [],
        doubled: [],
        altered: [],
        dropped: [],
        unexplained: [],
      });
      expect(summary(account)).toBe("lost 0, doubled 0, altered 0, dropped 0, unexplained 0");
      expect(report.profiles.different).toEqual([]);
      expect(report.profiles.checked).toBeGreaterThanOrEqual(RUN.devices);
      const { untold, unknown, events: toTell } = report.telling;
      expect({ untold, unknown }).toEqual({ untold: [], unknown: [] });
      expect(toTell).toBeGreaterThan(RUN.devices / 2);
      expect({ leaks, overwrittenEdits, queued: account.queued }).toEqual({
        leaks: [],
        overwrittenEdits: [],
        queued: 0,
      });

      // A run in which nothing happened would prove nothing.
      expect(account.stored).toBeGreaterThan(RUN.devices);
      expect(Object.keys(injected).sort()).toEqual([...FAULT_KINDS].sort());
      expect(Object.values(injected).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(100);
      expect(Object.values(events).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(3);
    },
    60_000,
  );
});
