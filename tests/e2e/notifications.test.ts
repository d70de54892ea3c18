import { text } from "node:stream/consumers";

import type { AlertRule } from "@energylive/core/alert/rule";
import type { Alert } from "@energylive/core/alert/store";
import { ChannelSettings } from "@energylive/core/notify/channel";
import { folderChannels } from "@energylive/local/secret-files";
import { describe, expect, it, vi } from "vitest";

import { startServer, type TestServer } from "../support/server.ts";
import { dyingClient, MINUTE, NOON, startWorld, type World } from "./watched.ts";

const POWER: AlertRule = { rule: "power_above", watts: 1_000, minutes: 15 };

interface Hook extends AsyncDisposable {
  url: string;
  /** What was posted, in order. */
  posts: Record<string, unknown>[];
}

async function startHook(): Promise<Hook> {
  const posts: Record<string, unknown>[] = [];
  const server: TestServer = await startServer(async (request, response) => {
    posts.push(JSON.parse(await text(request)));
    response.end();
  });
  return { url: `${server.url}/hook`, posts, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

function listen(world: World, hook: Hook): Promise<void> {
  const channels = folderChannels(world.collector.folder);
  return channels.set("phone", ChannelSettings.parse({ kind: "webhook", url: hook.url }));
}

/** What the table says that people are to be told of. */
const eventsOf = (alerts: readonly Alert[]) =>
  alerts.flatMap(({ closed_at }) => (closed_at === undefined ? ["opened"] : ["opened", "closed"])).sort();

const told = ({ posts }: Hook) => posts.map(({ event }) => String(event)).sort();

describe("notifications", () => {
  it("tell of an alert when it opens and when it is over, once each", async () => {
    await using world = await startWorld();
    await using hook = await startHook();
    await listen(world, hook);
    await world.watch([POWER], { name: "Household" });
    await world.power(NOON, 200, 1_500, 1_500, 1_800, 1_500);
    await Promise.all([world.look(NOON), world.look(NOON)]);
    await vi.waitFor(() => expect(hook.posts).toHaveLength(1), { timeout: 20_000 });
    world.clock.at += 20 * MINUTE;
    await world.power(NOON + 15 * MINUTE, 950, 850, 700);
    await Promise.all([world.look(NOON), world.look(NOON + 15 * MINUTE)]);
    await vi.waitFor(() => expect(hook.posts).toHaveLength(2), { timeout: 20_000 });
    await world.look(NOON);
    await world.collector.drained();
    const alert = { device_id: world.id, device_name: "Household", rule: POWER, limit: 1_000, unit: "W" };
    expect(hook.posts).toMatchObject([
      {
        ...alert,
        event: "opened",
        title: "Household: Drawn power 1,800\u00a0W",
        text: "Drawn power: 1,800\u00a0W, the limit is 1,000\u00a0W.\nSince Wed 25 Nov, 11:45.",
        began_at: "2026-11-25T10:45:00.000Z",
        ended_at: null,
      },
      {
        ...alert,
        event: "closed",
        title: "Over: Household: Drawn power 1,800\u00a0W",
        text: "Drawn power: 1,800\u00a0W, the limit is 1,000\u00a0W.\nFrom Wed 25 Nov, 11:45 to Wed 25 Nov, 12:10.",
        ended_at: "2026-11-25T11:10:00.000Z",
      },
    ]);
  });

  it.each([true, false])(
    "are as many as the table says when the profiler is killed at any request to it (which it reached: %s)",
    async (isReached) => {
      await using world = await startWorld();
      await using hook = await startHook();
      const { dynamodb, names } = world.collector.stack;
      await listen(world, hook);
      await world.watch([POWER]);
      // Over already, and one that lasts.
      await world.power(NOON, 200, 1_500, 1_500, 1_500, 1_500, 800, 1_500, 1_500, 1_500, 1_500, 1_500);
      const dying = async (counts: readonly number[]) => {
        let failures = 0;
        for (const count of counts)
          failures += (
            await world.look(NOON, NOON, dyingClient(dynamodb, names.alertsTable, count, isReached))
          ).length;
        return failures;
      };
      expect(await dying([1, 2, 3, 4, 5, 6, 7, 8])).toBeGreaterThan(1);
      expect(await world.look(NOON)).toEqual([]);
      world.clock.at += 20 * MINUTE;
      await world.power(NOON + 15 * MINUTE, 950, 850, 700);
      // It is closed and handed over by the third and fourth request, or by the third again.
      expect(await dying([1, 3, 3, 4])).toBeGreaterThan(2);
      expect(await world.look(NOON)).toEqual([]);
      await world.collector.drained();
      expect(told(hook)).toEqual(["closed", "closed", "opened", "opened"]);
      expect(eventsOf(await world.alerts())).toEqual(told(hook));
    },
  );
});
