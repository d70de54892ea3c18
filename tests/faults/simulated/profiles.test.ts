import { PROFILE_TYPES } from "@energylive/core/profile/message";
import { createDynamoDB } from "@energylive/functions/clients";
import { describe, expect, it } from "vitest";

import { services } from "../../support/services.ts";
import { accountOfProfiles } from "../checker/profiles.ts";
import { collectProfiles } from "../runs/remains.ts";
import { simulateCollecting } from "./collecting.ts";
import { messageBody, NAMES, startPipeline } from "./pipeline.ts";
import { startProfiler } from "./profiler.ts";
import { startTables } from "./tables.ts";

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
const DEVICES = 4;

describe("load profiles", () => {
  it("are written once for each device and quarter-hour, and equal the registers", async () => {
    const { writesPerQuarterHour, profiles } = await simulateCollecting(3, 4);
    expect(profiles.different).toEqual([]);
    // Drawn and fed in, of each quarter-hour.
    expect(profiles.checked).toBeGreaterThanOrEqual(3 * 16 * 2);
    expect(writesPerQuarterHour).toBeLessThanOrEqual(1.1);
    expect(writesPerQuarterHour).toBeGreaterThanOrEqual(1);
  }, 120_000);

  it("equal the registers when a day of outage is drained at once", async () => {
    await using tables = await startTables();
    await using pipeline = await startPipeline({ tables: tables.endpoint });
    using profiler = startProfiler(pipeline);
    const { clock, queue, profiles, dlq, table } = pipeline;
    table.isDown = true;
    for (let minute = 0; minute < DAY_MINUTES; minute += 15) {
      for (let device = 0; device < DEVICES; device += 1)
        queue.send(messageBody(device, clock.now(), PROFILE_TYPES.import, 1_000 + minute * (device + 1)));
      await clock.pass(15 * MINUTE_MS);
    }
    expect(profiler.written()).toBe(0);
    table.isDown = false;
    while (queue.messages.length + profiles.messages.length > 0) await clock.pass(MINUTE_MS);
    const dynamodb = createDynamoDB(services.awsConfig(tables.endpoint));
    const account = accountOfProfiles(await collectProfiles(dynamodb, NAMES));
    dynamodb.destroy();
    expect(account).toEqual({ checked: DEVICES * 95, different: [] });
    expect(dlq.messages).toEqual([]);
  }, 120_000);
});
