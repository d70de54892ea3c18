import { readFile } from "node:fs/promises";

import { OWNER_ONLY, replaceFile } from "./replace-file.ts";

/** A file of named things is there and is something else. The message does not quote it. */
export class NamedFileError extends Error {
  override readonly name = "NamedFileError";
}

/** A JSON file of things by name, that only its owner can read. */
export interface NamedFile {
  /** By name. */
  entries(): Promise<[name: string, value: unknown][]>;
  set(name: string, value: unknown): Promise<void>;
  /** @returns whether there was one */
  remove(name: string): Promise<boolean>;
}

/**
 * Each call rejects with a `NamedFileError` if the file cannot be read.
 *
 * @param what it holds, for the error: `channels`
 */
export function namedFile(file: string, what: string): NamedFile {
  async function read(): Promise<Record<string, unknown>> {
    try {
      const stored: unknown = JSON.parse(await readFile(file, "utf8"));
      if (typeof stored === "object" && stored !== null && !Array.isArray(stored))
        return Object.fromEntries(Object.entries(stored));
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "ENOENT" || code === "ENOTDIR") return {};
      if (typeof code === "string") throw new NamedFileError(`${file} cannot be read: ${code}`);
    }
    throw new NamedFileError(`${file} is not a JSON object of ${what} by name`);
  }

  const write = (content: Record<string, unknown>) =>
    replaceFile(file, `${JSON.stringify(content, null, 2)}\n`, OWNER_ONLY);

  return {
    entries: async () => Object.entries(await read()).sort(([a], [b]) => (a < b ? -1 : 1)),

    async set(name, value) {
      await write({ ...(await read()), [name]: value });
    },

    async remove(name) {
      const { [name]: removed, ...others } = await read();
      if (removed === undefined) return false;
      await write(others);
      return true;
    },
  };
}
