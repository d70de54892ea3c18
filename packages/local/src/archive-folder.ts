import { randomUUID } from "node:crypto";
import { copyFile, mkdir, readdir, rename } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

import type { ArchiveFiles } from "@energylive/core/archive/files";

/** Where an embedded stack keeps its archive. */
export function archiveFolder(folder: string): string {
  return join(folder, "archive");
}

/** An archive in a folder, which is made when the first file is written. Errors of the file system pass through. */
export function folderArchive(root: string): ArchiveFiles {
  return {
    async list() {
      const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(unlessMissing([]));
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"));
    },

    download: (path, to) => copyFile(join(root, path), to).then(() => true, unlessMissing(false)),

    async upload(path, from) {
      const file = join(root, path);
      await mkdir(dirname(file), { recursive: true });
      // Copied beside it first: another file system may be between. npm start and the command may write it at once.
      const beside = `${file}.${randomUUID()}.new`;
      await copyFile(from, beside);
      await rename(beside, file);
    },
  };
}

function unlessMissing<T>(otherwise: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === "ENOENT") return otherwise;
    throw error;
  };
}
