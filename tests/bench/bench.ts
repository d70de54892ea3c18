/** `npm run bench`: this project and what people would use instead, in one run. docs/performance.md tells the results. */
import { numberOf, readFlags } from "../../tools/flags.ts";
import { bundles, coldStarts } from "./rows/bundles.ts";
import { consumerCpu, consumerLatency } from "./rows/consumer.ts";
import { cost } from "./rows/cost.ts";
import { fetcherCpu, scale } from "./rows/fetcher.ts";
import { profilerCpu, profileWrites, yearByMonth, yearOnThePage } from "./rows/profiler.ts";
import { requests } from "./rows/requests.ts";
import { isReached, type Row } from "./rows/row.ts";

const USAGE = `Usage: npm run bench [-- --rounds N] [--json] [--scale]

  --rounds N   interleaved rounds; the median counts (default 5)
  --scale      1,000, 10,000 and 100,000 devices in one shard instead
  --json       one JSON object instead of the table`;

const flags = readFlags(USAGE, {
  json: { type: "boolean", default: false },
  rounds: { type: "string", default: "5" },
  scale: { type: "boolean", default: false },
});
const rounds = numberOf("rounds", flags.rounds, 1, USAGE);

await run();

async function run(): Promise<void> {
  const parts = flags.scale
    ? [() => scale([1_000, 10_000, 100_000])]
    : [
        cost,
        () => consumerCpu(rounds),
        () => consumerLatency(rounds),
        () => fetcherCpu(rounds),
        () => profilerCpu(rounds),
        profileWrites,
        () => yearByMonth(rounds),
        yearOnThePage,
        requests,
        bundles,
        () => coldStarts(rounds),
      ];
  const rows: Row[] = [];
  for (const part of parts) {
    const measured = await part();
    rows.push(...measured);
    if (!flags.json) for (const row of measured) process.stdout.write(line(row));
  }
  if (flags.json) {
    process.stdout.write(
      `${JSON.stringify({ node: process.version, rows: rows.map((row) => ({ ...row, reached: isReached(row) })) })}\n`,
    );
  }
}

function line(row: Row): string {
  const { reach } = row;
  if (reach === undefined)
    return `         ${row.measured.toFixed(2).padStart(8)} ${row.unit.padEnd(2)}  ${"".padEnd(13)}  ${row.what}\n`;
  const goal = "atLeast" in reach ? `at least ${reach.atLeast}` : `at most ${reach.atMost}`;
  const mark = isReached(row) ? "reached" : "missed ";
  return `${mark}  ${row.measured.toFixed(2).padStart(8)} ${row.unit.padEnd(2)}  ${goal.padEnd(13)}  ${row.what}\n`;
}
