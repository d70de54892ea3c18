import { writeFile } from "node:fs/promises";

import { FailedError } from "../errors.ts";

/** @throws {FailedError} when the file cannot be written, or is there and is to be kept */
export async function writeResultFile(
  path: string,
  content: string,
  options: { overwrite: boolean },
): Promise<void> {
  try {
    await writeFile(path, content, { flag: options.overwrite ? "w" : "wx" });
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST")
      throw new FailedError(`${path} is there already`, { advice: "name another file", cause });
    throw new FailedError(`${path} cannot be written`, { advice: "does its folder exist?", cause });
  }
}
