/** `npm run mutation`: changes core and functions in one place after the other and counts how often a test notices. */
export default {
  mutate: ["packages/{core,functions}/src/**/*.ts", "!**/*.test.ts", "!**/testing/**"],
  testRunner: "vitest",
  vitest: { configFile: "vitest.mutation.config.ts" },
  coverageAnalysis: "perTest",
  // A mutant of code that runs when its module loads (a schema, a table of names) needs all tests again: nine tenths of the time.
  ignoreStatic: true,
  thresholds: { high: 95, low: 90, break: 85 },
  // Of a machine with two cores, and enough time to tell a test that hangs from a slow one.
  concurrency: 2,
  timeoutMS: 10_000,
  tempDirName: ".build/stryker",
  // Not copied: nothing in them is changed, nor needed by the tests beside the source.
  ignorePatterns: [".*", "docs", "stacks", "tools", "tests/*", "!tests/support"],
  // Stryker reads it with the compiler's JavaScript interface, which TypeScript 7 does not have.
  tsconfigFile: "none",
  reporters: ["clear-text", "html"],
  clearTextReporter: { logTests: false, reportTests: false },
  htmlReporter: { fileName: ".build/mutation.html" },
};
