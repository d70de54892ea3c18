import { readFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";

import { build } from "esbuild";

import type { BUNDLE } from "../stacks/bundle.ts";

/** How SST is told to bundle: the `nodejs` arguments of its `Function`. */
export type BundleArguments = typeof BUNDLE;

export interface Bundle {
  /** The code, minified. */
  file: string;
  bytes: number;
  /** Every source file that is in it, from the root. */
  inputs: string[];
  /** As Lambda names it: file and export. */
  handler: string;
}

/** SST's target for the runtime nodejs24.x. */
const TARGET = "es2024";

/**
 * Bundles a handler as `sst deploy` does (its `pkg/runtime/node/build.go`): one file.
 *
 * @param handler as SST takes it: the source without its ending, a dot, the export
 */
export async function bundleHandler(
  handler: string,
  options: { root: string; directory: string; arguments: BundleArguments },
): Promise<Bundle> {
  const exported = extname(handler);
  const { minify, sourcemap, format, esbuild } = options.arguments;
  const file = join(options.directory, `bundle.${format}`);
  const { metafile } = await build({
    metafile: true,
    absWorkingDir: options.root,
    entryPoints: [`${handler.slice(0, -exported.length)}.ts`],
    outfile: file,
    bundle: true,
    platform: "node",
    format,
    target: TARGET,
    minify,
    sourcemap: sourcemap ? "linked" : false,
    ...esbuild,
    logLevel: "error",
  });
  const code = await readFile(file);
  return {
    file,
    bytes: code.length,
    inputs: Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs)),
    handler: `${basename(file, `.${format}`)}${exported}`,
  };
}
