import { createLog } from "@energylive/core/log";
import { ArchiverEnvironment, parseEnvironment, tableVariables } from "@energylive/core/settings/environment";
import { createArchiverHandler } from "@energylive/functions/archiver-handler";
import { folderArchive } from "@energylive/local/archive-folder";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { ArchivedWorld, at, COMPARED, FARM, MEASUREMENTS, MILL } from "./archived.ts";

let world: ArchivedWorld;
beforeEach(async () => {
  world = await ArchivedWorld.start();
});
afterEach(() => world[Symbol.asyncDispose]());

describe("several archivers", () => {
  function handlerOf(total: number) {
    const { dynamodb, names } = world.collector.stack;
    return createArchiverHandler({
      environment: parseEnvironment(ArchiverEnvironment, {
        STAGE: "local",
        ARCHIVERS: String(total),
        ...tableVariables(names),
      }),
      dynamodb,
      files: folderArchive(world.folder),
      clock: world.clock,
      log: createLog({ level: "silent" }),
    });
  }

  /** Runs all archivers, as their schedules would. */
  async function archive(total: number, remainingMs = 900_000) {
    const handler = handlerOf(total);
    const results = [];
    for (let archiver = 0; archiver < total; archiver += 1)
      results.push(await handler({ archiver }, { getRemainingTimeInMillis: () => remainingMs }));
    return results;
  }

  it("have each device in one file, also when their number changes and a day is written anew", async () => {
    await world.store(...MEASUREMENTS);
    world.wait();
    await archive(2);
    expect((await world.files()).filter((path) => path.includes("day=2026-03-01")).sort()).toEqual([
      "measurements/day=2026-03-01/shard-0-of-2.parquet",
      "measurements/day=2026-03-01/shard-1-of-2.parquet",
    ]);
    expect(await world.archived(COMPARED)).toEqual(await world.tableRows());
    for (const total of [3, 1]) {
      await world.store(
        [MILL, "0100010700", at(1, `T0${total}:00:00.000Z`), "7"],
        [FARM, "0100010700", at(2, `T0${total}:00:00.000Z`), "8"],
      );
      world.wait();
      await archive(total);
      expect(await world.archived(COMPARED), `${total} archivers`).toEqual(await world.tableRows());
      const written = (await archive(total)).reduce((sum, result) => sum + result.files, 0);
      expect(written, "nothing is late any more").toBeLessThanOrEqual(4);
    }
    expect((await world.files()).filter((path) => path.includes("day=2026-03-01"))).toHaveLength(2);
  });

  it("that run out of time go on at the next run", async () => {
    await world.store(...MEASUREMENTS);
    const [result] = await archive(1, 0);
    expect(result).toEqual({ files: 0, rows: 0, isUnfinished: true });
    expect((await archive(1))[0]?.isUnfinished).toBe(false);
    expect(await world.archived(COMPARED)).toEqual(await world.tableRows());
  });

  it("refuse an event that is not theirs", async () => {
    const invocation = { getRemainingTimeInMillis: () => 900_000 };
    for (const event of [{ archiver: 2 }, { archiver: -1 }, { archiver: "0" }, []])
      await expect(handlerOf(2)(event, invocation), JSON.stringify(event)).rejects.toThrow(
        /event is not \{"archiver":0\}, up to 1, nor empty/,
      );
    expect(() => handlerOf(0)).toThrow(/ARCHIVERS/);
  });
});
