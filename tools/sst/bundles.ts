import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { type BuildOptions, build, type Plugin } from "esbuild";

import { PLATFORM, ROOT } from "./platform.ts";

/**
 * `sst` bundles an app's configuration twice: once to ask `app()` for its settings, once to `run()` it with everything
 * that is global in an SST app. These are the same bundles (its `pkg/project` and `pkg/js/js.go`). They are written into
 * the platform, because what they leave external is resolved from there; who runs one removes it.
 */

const CONFIG = join(ROOT, "sst.config.ts");

/** The bundle that answers `app()`. */
export function bundleApp(stage: string): Promise<string> {
  return bundle({
    stdin: {
      contents: `
        import config from ${JSON.stringify(CONFIG)};
        process.send(await config.app({ stage: ${JSON.stringify(stage)} }));
      `,
      resolveDir: ROOT,
    },
    banner: { js: `${BANNER}\nconst $config = (config) => config;` },
    plugins: [noTopLevelImport],
  });
}

/** The bundle that evaluates `run()`: program.ts. `work` is a directory that components may write into. */
export function bundleProgram(app: object, work: string, isDev = false): Promise<string> {
  return bundle({
    entryPoints: [join(import.meta.dirname, "inside/program.ts")],
    banner: { js: BANNER },
    inject: [join(PLATFORM, "src/shim/run.js")],
    define: {
      $app: JSON.stringify(app),
      $cli: JSON.stringify({
        command: "deploy",
        paths: { home: work, root: ROOT, work, platform: PLATFORM },
        state: { version: {} },
      }),
      $dev: String(isDev),
    },
    plugins: [globals],
  });
}

const BANNER = `
  import { createRequire as topLevelCreateRequire } from "module";
  const require = topLevelCreateRequire(import.meta.url);
  import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url";
  const __filename = topLevelFileUrlToPath(import.meta.url);
  const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url));
`;

async function bundle(options: BuildOptions): Promise<string> {
  const outfile = join(PLATFORM, `evaluation-${randomUUID()}.mjs`);
  await build({
    ...options,
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    nodePaths: [join(PLATFORM, "node_modules")],
    external: [
      "@pulumi/*",
      "@pulumiverse/*",
      "@sst-provider/*",
      "@aws-sdk/*",
      "undici",
      "esbuild",
      "archiver",
      "glob",
      "vite",
    ],
    logLevel: "error",
  });
  return outfile;
}

/** The names that every file of an app has without an import: `sst` writes their imports before each. */
const globals: Plugin = {
  name: "globals",
  setup(build) {
    const imports = `import * as aws from "@pulumi/aws"; import * as sst from ${JSON.stringify(join(PLATFORM, "src/components"))};`;
    build.onLoad({ filter: /\.(js|ts|jsx|tsx)$/ }, async ({ path }) =>
      path.includes(".sst")
        ? undefined
        : { contents: `${imports}\n${await readFile(path, "utf8")}`, loader: "default" },
    );
  },
};

/** `sst` refuses an import at the top of sst.config.ts: it reads `app()` before there is anything to import. */
const noTopLevelImport: Plugin = {
  name: "no-top-level-import",
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ importer, kind }) =>
      importer === CONFIG && kind === "import-statement"
        ? { errors: [{ text: "sst.config.ts has an import at its top: import inside app() or run()" }] }
        : undefined,
    );
  },
};
