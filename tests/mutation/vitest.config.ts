/** The tests that `npm run mutation` runs: see docs/testing.md. */
import { join } from "node:path";

import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const ROOT = join(import.meta.dirname, "../..");

/** Set by tools/mutation.ts: the tests of the room that is mutated. */
const tests = process.env.MUTATION_TESTS?.split(" ") ?? ["packages/{core,functions}/src/**/*.test.ts"];

/** The tests that start services last: a mutant that dies at once spares them. */
class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification) => moduleId.includes("/tests/e2e/");
    return files.toSorted((a, b) => Number(isSlow(a)) - Number(isSlow(b)));
  }
}

export default defineConfig({
  root: ROOT,
  resolve: {
    // Stryker works on a copy, in which `node_modules` leads back to the packages that are not mutated.
    alias: [
      {
        find: /^@energylive\/(core|functions|local)\/(.+)$/,
        replacement: join(ROOT, "packages/$1/src/$2.ts"),
      },
    ],
  },
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    include: tests,
    sequence: { sequencer: QuickestFirst },
  },
});
