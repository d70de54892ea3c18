import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import * as z from "zod";

const FILE = "discovered.json";

const Discovered = z.array(z.string());

/**
 * The devices that earlier starts have found: one that is no longer in the devices table was removed by a person and stays removed.
 *
 * @param folder the stack's own
 * @throws {Error} if the file is damaged; the message says what to do
 */
export async function readDiscovered(folder: string): Promise<Set<string>> {
  const file = join(folder, FILE);
  try {
    return new Set(Discovered.parse(JSON.parse(await readFile(file, "utf8"))));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return new Set();
    throw new Error(`${file} cannot be read: delete it, and removed devices are added once more`, { cause });
  }
}

export async function writeDiscovered(folder: string, ids: ReadonlySet<string>): Promise<void> {
  const file = join(folder, FILE);
  // Renamed into place, so no reader sees half a file.
  await writeFile(`${file}.new`, `${JSON.stringify([...ids])}\n`);
  await rename(`${file}.new`, file);
}
