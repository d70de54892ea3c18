import { chmod, rename, writeFile } from "node:fs/promises";

/** Only the owner may read and write a file. */
export const OWNER_ONLY = 0o600;

/**
 * Writes a file anew in one step, so no reader sees half of it.
 *
 * @param mode who may read it, set before the text is in it; default: as the person's files are
 */
export async function replaceFile(file: string, text: string, mode?: number): Promise<void> {
  const beside = `${file}.new`;
  if (mode !== undefined) {
    await writeFile(beside, "", { mode });
    await chmod(beside, mode);
  }
  await writeFile(beside, text);
  await rename(beside, file);
}
