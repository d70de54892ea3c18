import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ensureAssets } from "./build.ts";

/** An address of another host, except XML namespaces. */
const OTHER_HOST = /https?:\/\/(?!www\.w3\.org\/)[\w.-]+/;

describe("the built page", () => {
  let builds = "";
  let folder = "";
  let files: string[] = [];
  beforeAll(async () => {
    builds = await mkdtemp(join(tmpdir(), "energylive-assets-"));
    const [first, second] = await Promise.all([ensureAssets(builds), ensureAssets(builds)]);
    expect(first).toBe(second);
    folder = first;
    files = (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
  });
  afterAll(() => rm(builds, { recursive: true, force: true }));

  it("builds once for two calls at the same time, for others to read, and leaves nothing unfinished", async () => {
    expect(await readdir(builds)).toHaveLength(1);
    expect((await stat(folder)).mode & 0o005).toBe(0o005);
    expect(await ensureAssets(builds)).toBe(folder);
  });

  it("has no inline script or style, which its content security policy would refuse", async () => {
    const html = await readFile(join(folder, "index.html"), "utf8");
    expect(html).toMatch(/<script type="module"[^>]* src="\.\/assets\/[^"]+"><\/script>/);
    expect(html.replaceAll(/<script[^>]* src=[^>]*><\/script>/g, "")).not.toMatch(
      /<script|<style|style=|\bon\w+=/,
    );
  });

  it("names no other host and never turns text into markup", async () => {
    expect(files.length).toBeGreaterThanOrEqual(4);
    for (const file of files) {
      const content = await readFile(file, "utf8");
      expect(content).not.toMatch(OTHER_HOST);
      expect(content).not.toMatch(/insertAdjacentHTML|document\.write|\beval\(/);
    }
  });
});
