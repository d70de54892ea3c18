import { writeFile } from "node:fs/promises";

import { FailedError } from "../errors.ts";

/** @throws {FailedError} if the file cannot be written, or already exists and must be kept */
export async function writeResultFile(
  path: string,
  content: string,
  options: { overwrite: boolean },
): Promise<void> {
  try {
    await writeFile(path, content, { flag: options.overwrite ? "w" : "wx" });
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST")
      throw new FailedError(`${path} already exists`, { advice: "name another file", cause });
    throw new FailedError(`${path} cannot be written`, { advice: "does its folder exist?", cause });
  }
}
