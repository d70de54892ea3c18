import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SOURCES = fileURLToPath(new URL("./src", import.meta.url));
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CONTRACT = join(ROOT, "packages/api/src/contract.ts");

/** Outside a checkout there may be none; the sources alone then say what is built. */
const LOCK_FILE = join(ROOT, "package-lock.json");

const BUILDS = join(ROOT, ".build", "web");

/** Builds of other sources that are kept: the one before, which another process may still serve. */
const KEPT_BUILDS = 2;

/** How much of the hash names a build. */
const NAME_LENGTH = 16;

/**
 * The folder of the built page, `index.html` in it. It is built when it is asked for first, and again when its sources
 * or what they are built with change. Several processes may ask at once.
 *
 * @param builds where builds lie, the newest of them
 * @throws {Error} when the sources cannot be built; the message says where
 */
export async function ensureAssets(builds = BUILDS): Promise<string> {
  const name = await nameOfSources();
  const folder = join(builds, name);
  if (await isThere(folder)) return folder;
  await mkdir(builds, { recursive: true });
  const unfinished = await mkdtemp(join(builds, "unfinished-"));
  try {
    await buildInto(unfinished);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another process was first: a folder that is there is whole.
    if (!(await isThere(folder))) throw error;
  }
  await removeOld(builds, name);
  return folder;
}

async function buildInto(folder: string): Promise<void> {
  // Loading Vite takes as long as building: only who builds does it.
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

/** Sources change often while someone works on them, and nobody looks into `.build`. */
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
