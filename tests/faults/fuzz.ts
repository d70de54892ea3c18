/**
 * `npm run fuzz -- --runs N --seed S`: N generated inputs of each kind (API answers, device items, queue messages,
 * events) through the real handlers. Without a seed it draws one, and says which. A failure ends with the smallest input
 * that still fails.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "10000" },
    seed: { type: "string", default: String(1 + Math.floor(Math.random() * 1_000_000)) },
  },
});
process.stdout.write(`seed ${values.seed}, ${values.runs} inputs of each kind\n`);
const vitest = spawn(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "tests/faults/input"], {
  cwd: ROOT,
  env: { ...process.env, FUZZ_RUNS: values.runs, FUZZ_SEED: values.seed },
  stdio: "inherit",
});
vitest.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
