import { defineConfig } from "vitest/config";

/** The tests that `npm run mutation` runs: those beside the source that it changes. */
export default defineConfig({
  test: { include: ["packages/{core,functions}/src/**/*.test.ts"], testTimeout: 30_000, hookTimeout: 60_000 },
});
