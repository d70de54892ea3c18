import { describe, expect, it } from "vitest";

import { isAllowed } from "../../tools/licences/allowed.ts";
import { packageName, productionPackages } from "../../tools/licences/lock.ts";

describe("a licence", () => {
  it.each([
    ["MIT", true],
    ["(MIT OR GPL-3.0-only)", true],
    ["Apache-2.0 AND ISC", true],
    ["GPL-3.0-only", false],
    ["MIT AND GPL-3.0-only", false],
    ["SEE LICENSE IN LICENSE.txt", false],
    ["UNLICENSED", false],
    ["((MIT OR GPL-3.0-only) AND SSPL-1.0)", false],
    [undefined, false],
  ])("%s: allowed is %s", (expression, allowed) => {
    expect(isAllowed(expression)).toBe(allowed);
  });
});

describe("the packages that ship", () => {
  it("are those of the lock file without dev dependencies and our own, on every platform", () => {
    const packages = productionPackages({
      packages: {
        "": { license: "MIT" },
        "packages/core": { license: "MIT" },
        "node_modules/@energylive/core": { link: true },
        "node_modules/vitest": { license: "MIT", dev: true },
        "node_modules/zod": { license: "MIT" },
        "node_modules/@scope/one": { license: "GPL-3.0-only" },
        "node_modules/zod/node_modules/@scope/one": { license: "ISC" },
        "packages/core/node_modules/zod": { license: "MIT" },
        "node_modules/other-platform": { optional: true },
      },
    });
    expect(packages.map(({ name, licence }) => `${name} ${licence}`)).toEqual([
      "@scope/one GPL-3.0-only",
      "@scope/one ISC",
      "other-platform undefined",
      "zod MIT",
    ]);
  });

  it("are named by the innermost folder of a path", () => {
    expect(packageName("node_modules/a/node_modules/@b/c/dist/index.js")).toBe("@b/c");
    expect(packageName("../node_modules/a/index.js")).toBe("a");
  });
});
