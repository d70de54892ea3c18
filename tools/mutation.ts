/**
 * `npm run mutation`: breaks the code of core and functions in one place after the other, and counts how often a test
 * notices. It takes hours; what an earlier run found out is not tried again. `npm run mutation -- packages/core/src/keys`
 * keeps to folders or files. Ctrl-C ends it and keeps what it has found out.
 */
import { glob, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

import { Stryker } from "@stryker-mutator/core";

import { endWith } from "./flags.ts";

const ROOT = join(import.meta.dirname, "..");
const CORE = "packages/core/src";
const FUNCTIONS = "packages/functions/src";

/**
 * Every folder is mutated by itself, with its own tests: those beside the source, and of the end-to-end tests the one
 * file that is about it. All tests for every mutant would take days.
 */
const ROOMS = [
  { folder: CORE, tests: [`${CORE}/*.test.ts`] },
  ...["consumer", "energylive", "fetcher", "keys", "queue", "settings"].map((room) => ({
    folder: `${CORE}/${room}`,
    tests: [`${CORE}/${room}/*.test.ts`],
  })),
  { folder: `${CORE}/device`, tests: [`${CORE}/device/*.test.ts`, "tests/e2e/registry.test.ts"] },
  { folder: `${CORE}/measurement`, tests: [`${CORE}/measurement/*.test.ts`, "tests/e2e/history.test.ts"] },
  { folder: FUNCTIONS, tests: [`${FUNCTIONS}/*.test.ts`, "tests/e2e/devices.test.ts"] },
];
const LEAST_SCORE = 85;
const SURVIVORS = ".build/mutation-survivors.txt";

interface Mutant {
  fileName: string;
  status: string;
  mutatorName: string;
  replacement: string;
  location: { start: { line: number; column: number } };
}

const wanted = process.argv.slice(2);
const mutants: Mutant[] = [];
for (const room of ROOMS) mutants.push(...(await mutate(room)));
if (mutants.length === 0) {
  endWith(`nothing to break in ${wanted.join(" ")}`, "Usage: npm run mutation [-- FOLDER|FILE …]");
}
process.stdout.write(`${table(mutants)}\n`);
const survivors = mutants.filter((mutant) => isValid(mutant) && !isKilled(mutant));
await writeFile(join(ROOT, SURVIVORS), survivors.map(describe).sort().join(""));
process.stdout.write(`${survivors.length} mutants live: ${SURVIVORS}\n`);
if (scoreOf(mutants) < LEAST_SCORE) process.exitCode = 1;

async function mutate({ folder, tests }: (typeof ROOMS)[number]): Promise<Mutant[]> {
  const found = await Array.fromAsync(glob(`${folder}/*.ts`, { cwd: ROOT, exclude: ["**/*.test.ts"] }));
  const files = found.filter((file) => wanted.length === 0 || wanted.some((path) => file.startsWith(path)));
  if (files.length === 0) return [];
  process.stdout.write(`${folder}\n`);
  const known = `.build/mutation/${folder.replaceAll("/", "-")}.json`;
  await forgetSurvivors(join(ROOT, known));
  // Read by the configuration of the tests.
  process.env.MUTATION_TESTS = tests.join(" ");
  const stryker = new Stryker({
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner"],
    vitest: { configFile: "tests/mutation/vitest.config.ts" },
    coverageAnalysis: "perTest",
    mutate: files,
    concurrency: 2,
    // A test that hangs is told from one that is slow on a busy machine.
    timeoutMS: 10_000,
    incremental: true,
    incrementalFile: known,
    tempDirName: ".build/stryker",
    ignorePatterns: [".build", ".energylive", ".sst", "docs", "tests/bench", "tests/cli", "tests/infra"],
    // None: Stryker would read it with the compiler's JavaScript interface, which TypeScript 7 has no more.
    tsconfigFile: "none",
    reporters: ["progress-append-only"],
  });
  return stryker.runMutationTest();
}

/** What lived is tried again: Stryker does not see that a changed test may kill a mutant of a constant. */
async function forgetSurvivors(file: string): Promise<void> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return;
  const report: { files: Record<string, { mutants: Mutant[] }> } = JSON.parse(text);
  for (const mutated of Object.values(report.files)) mutated.mutants = mutated.mutants.filter(isKilled);
  await writeFile(file, JSON.stringify(report));
}

/** One whose code does not even load says nothing of the tests. */
function isValid({ status }: Mutant): boolean {
  return status !== "CompileError" && status !== "RuntimeError" && status !== "Ignored";
}

/** A mutant that never ends is noticed too. */
function isKilled({ status }: Mutant): boolean {
  return status === "Killed" || status === "Timeout";
}

function scoreOf(found: readonly Mutant[]): number {
  const valid = found.filter(isValid);
  return valid.length === 0 ? 100 : (100 * valid.filter(isKilled).length) / valid.length;
}

function table(found: readonly Mutant[]): string {
  const folders = Map.groupBy(found, ({ fileName }) => dirname(relative(ROOT, fileName)));
  const rows = [...folders].sort(([a], [b]) => (a < b ? -1 : 1));
  return [...rows, ["all", found] as const]
    .map(([name, of]) => {
      const valid = of.filter(isValid);
      const killed = valid.filter(isKilled).length;
      return `${name.padEnd(34)} ${scoreOf(of).toFixed(1).padStart(5)} %  ${killed} of ${valid.length}`;
    })
    .join("\n");
}

function describe({ fileName, location, status, mutatorName, replacement }: Mutant): string {
  const at = `${relative(ROOT, fileName)}:${location.start.line}:${location.start.column}`;
  return `${at} ${status} ${mutatorName}: ${replacement.replaceAll(/\s+/g, " ").slice(0, 100)}\n`;
}
