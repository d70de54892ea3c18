import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Another process works in the folder. */
export class FolderInUseError extends Error {
  override readonly name = "FolderInUseError";

  constructor(folder: string, cause: unknown) {
    super(
      `${folder} is in use: another embedded stack runs on it; stop that one, or choose another folder with --data`,
      { cause },
    );
  }
}

/**
 * Takes a folder for this process alone. The lock is SQLite's on a file of its own: the operating system lifts it when
 * the process ends, however it ends.
 *
 * @returns gives the folder free again
 * @throws {FolderInUseError}
 */
export async function lockFolder(folder: string): Promise<() => void> {
  await mkdir(folder, { recursive: true });
  const lock = new DatabaseSync(join(folder, "lock.sqlite"));
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    throw new FolderInUseError(folder, error);
  }
  return () => lock.close();
}
