import { access, constants, mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import { FailedError } from "../errors.ts";
import { shortPath } from "../terminal/path.ts";

/**
 * Makes a stack's own folder, and those above it that are missing. Not with `recursive`: where the system lets nobody make a
 * folder, as in /proc, that never ends.
 *
 * @throws {FailedError} that names the folder and why it cannot be used
 */
export async function makeFolder(dataFolder: string, kind: string): Promise<string> {
  const folder = join(dataFolder, kind);
  try {
    await make(folder);
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new FailedError(`${shortPath(dataFolder)} cannot hold the data: ${reasonOf(cause)}`, {
      advice: "choose another folder with --data",
      cause,
    });
  }
  return folder;
}

async function make(folder: string): Promise<void> {
  const there = await stat(folder).catch(() => undefined);
  if (there?.isDirectory() === true) return;
  if (dirname(folder) !== folder) await make(dirname(folder));
  await mkdir(folder);
}

function reasonOf(cause: unknown): string {
  const { code, message, syscall, path = "" } = cause as NodeJS.ErrnoException;
  const within = shortPath(syscall === "access" ? path : dirname(path));
  switch (code) {
    case "EACCES":
    case "EPERM":
      return `you may not write in ${within}`;
    case "EROFS":
      return `${within} is on a file system that is read only`;
    case "EEXIST":
    case "ENOTDIR":
      return `${shortPath(path)} is not a folder`;
    case "ENOENT":
      return `no folder can be made in ${within}`;
    default:
      return message;
  }
}
