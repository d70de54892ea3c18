import { existsSync } from "node:fs";
import { join } from "node:path";

import { beginPast, writePast } from "@energylive/cli/start/past";
import { createLog } from "@energylive/core/log";
import { createPointReader } from "@energylive/core/measurement/points";
import { localDays, namedDay } from "@energylive/core/profile/quarter-hours";
import { compareDay, measuredDays } from "@energylive/core/profile/rebuild";
import { createProfileStore } from "@energylive/core/profile/store";
import { EnergySums, totalOf } from "@energylive/core/profile/sums";
import { describe, expect, it } from "vitest";

import { type Collector, startCollector } from "./collector.ts";

const ZONE = "Europe/Vienna";
const DAY_MS = 86_400_000;

function pastOf({ api, stack, folder }: Collector, signal = new AbortController().signal) {
  return {
    stack,
    folder,
    devices: api.deviceIds.map((id) => api.device(id)),
    log: createLog({ level: "silent" }),
    signal,
    // Without the pauses that leave the machine to polling.
    clock: { now: Date.now, sleep: async () => {} },
  };
}

describe("the past of simulated households", () => {
  it("is what their meters say, joins what is polled, and survives a stop in the middle", {
    timeout: 90_000,
  }, async () => {
    await using collector = await startCollector({ devices: 2 });
    const { api, stack, folder } = collector;
    for (const device_id of api.deviceIds) await collector.put({ device_id });
    const now = Date.now();
    await beginPast(folder, now);
    const stopping = new AbortController();
    // As polls do meanwhile.
    await stack.poll({});
    await writePast(pastOf(collector, stopping.signal), (share) => {
      if (share > 0.5) stopping.abort();
    });
    await writePast(pastOf(collector));
    await stack.poll({});
    await collector.drained();

    const { dynamodb, names } = stack;
    const context = {
      points: createPointReader({ dynamodb, table: names.measurementsTable }),
      profiles: createProfileStore({ dynamodb, table: names.profilesTable }),
    };
    const days = localDays(ZONE, now - 400 * DAY_MS, now);
    const [first, today] = [days[0]?.day ?? "", days.at(-1)?.day ?? ""];
    for (const id of api.deviceIds) {
      const device = api.device(id);
      const profiles = await context.profiles.read(id, first, today);
      expect(profiles.map(({ day }) => day)).toEqual(days.map(({ day }) => day));
      // Nothing is missing, doubled or torn: until this morning the sums are the growth of the registers.
      const range = { from: namedDay(ZONE, first).from, to: namedDay(ZONE, today).from };
      const sums = new EnergySums("year", ZONE, range);
      for (const profile of profiles) sums.add(profile);
      const total = totalOf(sums.result({ now, devices: 1 }));
      const register = (at: number, type: string) =>
        device.latest(at).find(({ measurement }) => measurement === type)?.value ?? Number.NaN;
      const growth = (type: string) => register(range.to, type) - register(range.from, type);
      expect(total?.quarter_hours).toMatchObject({ missing: 0, estimated: 0, reset: 0 });
      expect(Math.abs((total?.import_wh ?? 0) - growth("0100010800"))).toBeLessThan(20);
      expect(Math.abs((total?.export_wh ?? 0) - growth("0100020800"))).toBeLessThan(20);
      // What is stored of it says the same, day by day; today's last quarter-hour may be under way.
      let raw = 0;
      for await (const day of measuredDays(context.points, id, ZONE, { until: range.to })) {
        expect((await compareDay(id, day, ZONE, context)).differences).toEqual([]);
        raw += 1;
      }
      expect(raw).toBe(13);
    }
  });

  it("is only written into a folder that was new, and once", async () => {
    await using collector = await startCollector({ devices: 1 });
    const shares: number[] = [];
    await writePast(pastOf(collector), (share) => void shares.push(share));
    expect(shares).toEqual([]);
    expect(existsSync(join(collector.folder, "past.json"))).toBe(false);
  });
});
