import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Another process uses the folder. */
export class FolderInUseError extends Error {
  override readonly name = "FolderInUseError";

  constructor(folder: string, cause: unknown) {
    super(
      `${folder} is in use by another embedded stack: stop that one, or choose another folder with --data`,
      { cause },
    );
  }
}

/**
 * Locks a folder for this process. The lock is an SQLite lock on a file of its own, so the operating system releases it
 * however the process ends.
 *
 * @returns releases the folder
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
