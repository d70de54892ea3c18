import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SOURCES = fileURLToPath(new URL("./src", import.meta.url));
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CONTRACT = join(ROOT, "packages/api/src/contract.ts");

/** Outside a checkout there may be none; then only the sources count. */
const LOCK_FILE = join(ROOT, "package-lock.json");

const BUILDS = join(ROOT, ".build", "web");

/** How many builds of other sources are kept: another process may still serve the previous one. */
const KEPT_BUILDS = 2;

/** Length of the hash in the name of a build. */
const NAME_LENGTH = 16;

/**
 * Returns the folder of the built page with its `index.html`. Builds it on the first call, and again when the sources or the
 * tools change. Several processes may call it at once.
 *
 * @param builds where builds are kept
 * @throws {Error} if the build fails; the message says where
 */
export async function ensureAssets(builds = BUILDS): Promise<string> {
  const name = await nameOfSources();
  const folder = join(builds, name);
  if (await isThere(folder)) return folder;
  await mkdir(builds, { recursive: true });
  const unfinished = await mkdtemp(join(builds, "unfinished-"));
  try {
    await buildInto(unfinished);
    // Another person may serve it: a container builds as root and runs as nobody in particular.
    await chmod(unfinished, 0o755);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another process was first; a folder that exists is complete.
    if (!(await isThere(folder))) throw error;
  }
  await removeOld(builds, name);
  return folder;
}

async function buildInto(folder: string): Promise<void> {
  // Loading Vite takes as long as building: load it only for a build.
  const { build } = await import("vite");
  await build({
    configFile: false,
    root: SOURCES,
    base: "./",
    logLevel: "error",
    // With its own files beside the page's, a build of another version cannot be served.
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: "es2022",
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  });
}

async function nameOfSources(): Promise<string> {
  const hash = createHash("sha256");
  const entries = await readdir(SOURCES, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts"))
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  for (const file of [...files, CONTRACT, fileURLToPath(import.meta.url), LOCK_FILE]) {
    hash
      .update(file)
      .update("\0")
      .update(await contentOf(file))
      .update("\0");
  }
  return hash.digest("hex").slice(0, NAME_LENGTH);
}

async function contentOf(file: string): Promise<string | Buffer> {
  return file === LOCK_FILE ? readFile(file).catch(() => "") : readFile(file);
}

async function isThere(folder: string): Promise<boolean> {
  return readdir(folder).then(
    () => true,
    () => false,
  );
}

/** Removes old builds: sources change often, and nobody cleans `.build`. */
async function removeOld(folder: string, current: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name !== current && !name.startsWith("unfinished-"));
  const builds = await Promise.all(
    names.map(async (name) => {
      const build = join(folder, name);
      const at = await stat(build).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      );
      return { build, at };
    }),
  );
  const old = builds.sort((a, b) => b.at - a.at).slice(KEPT_BUILDS);
  for (const { build } of old) await rm(build, { recursive: true, force: true });
}
