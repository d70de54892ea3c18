import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";

import { type BrowserServer, chromium } from "playwright-core";

/** As Debian, other distributions and Google name it. */
const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** It connects to the dashboard only, and asks nothing on its first run. */
export const FLAGS = [
  // It runs pages of this repository, and as root it would not start otherwise.
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const HOW_TO_GET_IT =
  "Chromium is missing, so nothing tests the dashboard's page: apt-get install chromium, or name another with CHROMIUM_PATH";

/** A browser on this machine; `undefined` without one. */
export async function findChromium(): Promise<string | undefined> {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const named = process.env.CHROMIUM_PATH;
  const candidates =
    named === undefined ? NAMES.flatMap((name) => folders.map((folder) => join(folder, name))) : [named];
  for (const candidate of candidates) {
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

export function launchServer(executablePath: string): Promise<BrowserServer> {
  return chromium.launchServer({ executablePath, args: FLAGS });
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
