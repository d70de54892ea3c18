import { statfs } from "node:fs/promises";

/** Something is wrong with the data on disk. The message says where and what to do. */
export class DataFolderError extends Error {
  override readonly name = "DataFolderError";
}

/**
 * Free space that a start and every run need: SQLite copies its log of up to 4 MB into the database, and LevelDB rewrites files
 * of 4 MB, so stopping cleanly needs room too.
 */
const NEEDED_MB = 16;
const MB = 1024 * 1024;

/** @throws {DataFolderError} if the disk of the folder has too little room to go on */
export async function checkRoom(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const freeMb = (bavail * bsize) / MB;
  if (freeMb < NEEDED_MB) throw diskFull(folder, freeMb);
}

/** The error of an embedded service, as a person is told of it. */
export async function serviceFailure(folder: string, cause: Error): Promise<DataFolderError> {
  if (!/ENOSPC|No space left on device|disk is full/.test(cause.message))
    return new DataFolderError(`the embedded services of ${folder} failed: ${cause.message}`, { cause });
  const { bavail, bsize } = await statfs(folder);
  return diskFull(folder, (bavail * bsize) / MB, cause);
}

/** @param what the file or folder that could not be read */
export function unreadable(what: string, cause: unknown): DataFolderError {
  const reason = cause instanceof Error ? ` (${cause.message})` : "";
  return new DataFolderError(
    `${what} cannot be opened${reason}: restore a copy of it, start with an empty folder (--fresh, which deletes it), or choose another folder with --data`,
    { cause },
  );
}

function diskFull(folder: string, freeMb: number, cause?: unknown): DataFolderError {
  return new DataFolderError(
    `the disk of ${folder} is full: ${Math.floor(freeMb)} MB are free and ${NEEDED_MB} MB are needed. Make room and start again; everything that was accepted is kept`,
    { cause },
  );
}
