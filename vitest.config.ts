import { availableParallelism } from "node:os";

import { defineConfig } from "vitest/config";

/** More than the cores of a small machine: half of the time, tests wait for what other processes do. */
const LEAST_WORKERS = 3;

export default defineConfig({
  test: {
    maxWorkers: Math.max(LEAST_WORKERS, availableParallelism() - 1),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ["default", "./tests/faults/security/reporter.ts"],
    coverage: {
      include: ["packages/*/src/**/*.ts"],
      exclude: ["**/*.test.ts", "packages/core/src/testing/**"],
      reporter: ["text", "html"],
    },
    projects: [
      {
        extends: true,
        test: {
          name: "collector",
          include: ["packages/**/*.test.ts", "tests/**/*.test.ts"],
          exclude: ["tests/infra/**", "tests/web/**"],
        },
      },
      {
        extends: true,
        test: {
          name: "infra",
          include: ["tests/infra/**/*.test.ts"],
          globalSetup: "tests/infra/support/evaluate-stages.ts",
        },
      },
      {
        extends: true,
        test: {
          name: "page",
          include: ["tests/web/**/*.test.ts"],
          globalSetup: "tests/web/support/setup.ts",
          testTimeout: 60_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
    ],
  },
});
