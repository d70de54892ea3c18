import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";

import type { Hono } from "hono";
import { getMimeType } from "hono/utils/mime";

import { isApi } from "./access/access.ts";
import { problem } from "./problem.ts";

/** Vite puts a hash of the content into the name: `assets/index-Bx3kd9aZ.js`. */
const HASHED = /^assets\/.+-[\w-]{8,}\.\w+$/;

type Files = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/**
 * Serves the page's files; `index.html` at `/`. They are read once and looked up by name, so no address leads out of
 * the folder.
 *
 * @param assets the folder; called at the first request for a file
 */
export function addStaticFiles(app: Hono, assets: () => Promise<string>): void {
  let loaded: Promise<Files> | undefined;
  function files(): Promise<Files> {
    loaded ??= assets()
      .then(readFolder)
      .catch((error) => {
        loaded = undefined;
        throw error;
      });
    return loaded;
  }

  app.get("*", async (context) => {
    const { path } = context.req;
    if (isApi(path)) return problem(context, 404, { code: "not_found" });
    const name = path === "/" ? "index.html" : path.slice(1);
    const body = (await files()).get(name);
    if (body === undefined) return problem(context, 404, { code: "not_found" });
    return context.body(body, 200, {
      "content-type": getMimeType(name) ?? "application/octet-stream",
      "cache-control": HASHED.test(name) ? "private, max-age=31536000, immutable" : "no-store",
    });
  });
}

async function readFolder(folder: string): Promise<Files> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      files.map(
        async (file) =>
          [relative(folder, file).split(sep).join("/"), new Uint8Array(await readFile(file))] as const,
      ),
    ),
  );
}
