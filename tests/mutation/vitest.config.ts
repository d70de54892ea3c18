import { join } from "node:path";

import { defineConfig } from "vitest/config";

const ROOT = join(import.meta.dirname, "../..");

export default defineConfig({
  root: ROOT,
  resolve: {
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
    include: ["packages/{core,functions}/src/**/*.test.ts"],
  },
});
