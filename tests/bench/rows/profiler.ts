import { execFileSync } from "node:child_process";
import { emptyProfile } from "@energylive/core/profile/profile";
import { localDays } from "@energylive/core/profile/quarter-hours";
import { createProfileStore } from "@energylive/core/profile/store";
import { EnergySums } from "@energylive/core/profile/sums";
import { createDynamoDB } from "@energylive/functions/clients";

import { simulateCollecting } from "../../faults/simulated/collecting.ts";
import { services, startServices } from "../../support/services.ts";
import { interleaved, type Measured, measure } from "../measure.ts";
import { startStub } from "../stub-process.ts";
import type { Row } from "./row.ts";

const ZONE = "Europe/Vienna";
const YEAR = { from: Date.parse("2025-12-31T23:00:00Z"), to: Date.parse("2026-12-31T23:00:00Z") };
const MONTHS = 12;

/** Devices whose quarter-hour the profiler computes per CPU second. */
export async function profilerCpu(rounds: number): Promise<Row[]> {
  const devices = 1_000;
  await using stub = await startStub();
  const { ours } = interleaved(["ours"] as const, rounds, () => {
    const run = measure<Measured>("profile.ts", { endpoint: stub.endpoint, devices });
    return (devices / run.cpuMs) * 1000;
  });
  return [{ what: "profiler, devices per CPU second", measured: ours, unit: "" }];
}

/** In simulated time, through the real fetcher, consumer and profiler. */
export async function profileWrites(): Promise<Row[]> {
  const { writesPerQuarterHour } = await simulateCollecting(5, 24);
  return [
    {
      what: "profiles written per device and quarter-hour in a simulated day",
      measured: writesPerQuarterHour,
      unit: "",
      reach: { atMost: 1.1 },
    },
  ];
}

/** A year of a device read from the embedded table and summed by month. */
export async function yearByMonth(rounds: number): Promise<Row[]> {
  await using embedded = await startServices();
  const dynamodb = createDynamoDB(services.awsConfig(embedded.dynamodb));
  const store = createProfileStore({ dynamodb, table: embedded.names.profilesTable });
  const device = "I-10082023-00000001";
  for (const day of localDays(ZONE, YEAR.from, YEAR.to)) {
    const profile = emptyProfile(device, day, ZONE);
    const filled = profile.import_wh.map((_, index) => 100 + index / 8);
    await store.write({
      ...profile,
      import_wh: filled,
      export_wh: filled,
      power_min_w: filled,
      power_max_w: filled,
      quality: "m".repeat(filled.length),
    });
  }
  let pages = 0;
  dynamodb.middlewareStack.add((next) => (args) => {
    pages += 1;
    return next(args);
  });
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    const sums = new EnergySums("month", ZONE, YEAR);
    for (const profile of await store.read(device, "2026-01-01", "2026-12-31")) sums.add(profile);
    const months = sums.result({ now: YEAR.to, devices: 1 });
    times.push(performance.now() - startedAt);
    if (months.length !== MONTHS || months.some(({ import_wh }) => import_wh === null))
      throw new Error("the year was not read");
  }
  dynamodb.destroy();
  const [median = 0] = times.toSorted((a, b) => a - b).slice(times.length >> 1);
  return [
    { what: "a year of a device, read and summed by month", measured: median, unit: "ms" },
    {
      what: "pages of DynamoDB for a year of a device",
      measured: pages / rounds,
      unit: "",
      reach: { atMost: 1 },
    },
  ];
}

const SPEED = "tests/web/speed.test.ts";

/** A year on the page, as its speed test measures it in a browser. */
export async function yearOnThePage(): Promise<Row[]> {
  const root = new URL("../../..", import.meta.url);
  const said = execFileSync("npx", ["vitest", "run", "--project", "page", SPEED], {
    cwd: root,
    encoding: "utf8",
  });
  const [, chosen, opened] =
    /all of it after (\d+) ms; opened by its address.*all of it after (\d+) ms/s.exec(said) ?? [];
  if (chosen === undefined) {
    process.stderr.write(`no browser: the year on the page is not measured (${SPEED})\n`);
    return [];
  }
  return [
    { what: "a year on the page, from the click on", measured: Number(chosen), unit: "ms" },
    { what: "a year on the page, opened by its address", measured: Number(opened), unit: "ms" },
  ];
}
