/**
 * `npm run licences`: every package that ships, with its licence, and whether it is part of the Lambda functions. With
 * `--check` only what is wrong. Fails for a licence that is not among those of licences/allowed.ts, and for a bundle that
 * holds a dev dependency.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { BUNDLE, HANDLERS } from "../stacks/bundle.ts";
import { bundleHandler } from "./bundle.ts";
import { isAllowed } from "./licences/allowed.ts";
import { packageName, productionPackages } from "./licences/lock.ts";

const ROOT = join(import.meta.dirname, "..");

const packages = productionPackages(JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8")));
const bundled = await bundledPackages();
if (!process.argv.includes("--check")) list();

const problems = packages
  .filter(({ licence }) => !isAllowed(licence))
  .map(({ name, licence }) =>
    licence === undefined ? `${name} states no licence` : `${name} has the licence ${licence}`,
  )
  .map((problem) => `${problem}: replace it, or add what it has to tools/licences/allowed.ts`);
const production = new Set(packages.map(({ name }) => name));
for (const name of bundled.difference(production))
  problems.push(
    `${name} is in a Lambda bundle and no production dependency: add it to its package's dependencies`,
  );
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
else process.stdout.write(`${packages.length} packages ship, each under a licence that allows it\n`);

function list(): void {
  const width = Math.max(...packages.map(({ name }) => name.length));
  for (const { name, licence = "" } of packages) {
    const row = `${name.padEnd(width)}  ${licence.padEnd(12)}  ${bundled.has(name) ? "Lambda" : ""}`;
    process.stdout.write(`${row.trimEnd()}\n`);
  }
}

async function bundledPackages(): Promise<Set<string>> {
  const directory = await mkdtemp(join(tmpdir(), "energylive-licences-"));
  const names = new Set<string>();
  try {
    for (const handler of Object.values(HANDLERS)) {
      const { inputs } = await bundleHandler(handler, { root: ROOT, directory, arguments: BUNDLE });
      for (const path of inputs) if (path.includes("node_modules/")) names.add(packageName(path));
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return names;
}
