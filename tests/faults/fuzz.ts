/**
 * `npm run fuzz -- --runs N --seed S`: N generated inputs of each kind (API answers, device items, queue messages,
 * events) through the real handlers. Without a seed it draws one, and says which. A failure ends with the smallest input
 * that still fails.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { numberOf, readFlags } from "../../tools/flags.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const USAGE = `Usage: npm run fuzz [-- --runs N] [--seed S]

  --runs N   inputs of each kind (default 10000)
  --seed S   which ones (drawn by default)`;

const flags = readFlags(USAGE, {
  runs: { type: "string", default: "10000" },
  seed: { type: "string", default: String(1 + Math.floor(Math.random() * 1_000_000)) },
});
const runs = numberOf("runs", flags.runs, 1, USAGE);
const seed = numberOf("seed", flags.seed, 0, USAGE);
process.stdout.write(`seed ${seed}, ${runs} inputs of each kind\n`);
const vitest = spawn(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "tests/faults/input"], {
  cwd: ROOT,
  env: { ...process.env, FUZZ_RUNS: String(runs), FUZZ_SEED: String(seed) },
  stdio: "inherit",
});
vitest.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
