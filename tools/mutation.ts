import { Stryker } from "@stryker-mutator/core";

const stryker = new Stryker({
  testRunner: "vitest",
  vitest: { configFile: "tests/mutation/vitest.config.ts" },
  plugins: ["@stryker-mutator/vitest-runner"],
  coverageAnalysis: "perTest",
  mutate: process.argv.slice(2).length ? process.argv.slice(2) : ["packages/{core,functions}/src/**/*.ts", "!**/*.test.ts"],
  tsconfigFile: "none",
  concurrency: 2,
  ignorePatterns: [".sst", ".build", ".energylive", "coverage", "docs"],
  reporters: ["clear-text", "json"],
  jsonReporter: { fileName: ".build/mutation.json" },
  clearTextReporter: { logTests: false, allowColor: false, reportTests: false, reportMutants: false },
  tempDirName: ".build/stryker",
  allowConsoleColors: false,
  incremental: true,
  incrementalFile: ".build/mutation-incremental.json",
});
await stryker.runMutationTest();
