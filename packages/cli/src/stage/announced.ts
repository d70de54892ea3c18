import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** One file per running stack, named by its process id, with the path of its data folder. */
function placeOfAnnouncements(): string {
  return join(process.env.XDG_STATE_HOME || join(homedir(), ".local", "state"), "energylive", "running");
}

/**
 * Tells commands in other folders that a stack runs. Only a hint: where it cannot be written there is none.
 *
 * @returns takes it back
 */
export async function announceStack(dataFolder: string): Promise<() => Promise<void>> {
  const place = placeOfAnnouncements();
  const file = join(place, String(process.pid));
  try {
    await mkdir(place, { recursive: true });
    for (const other of await readdir(place)) if (!isAlive(Number(other))) await rm(join(place, other));
    await writeFile(file, dataFolder);
  } catch {
    return async () => {};
  }
  return () => rm(file, { force: true });
}

/** Whether there is a process of this person with the id: of a killed one only its file is left. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The data folders of stacks that were started and not stopped: one that was killed lately may be among them. */
export async function announcedFolders(): Promise<string[]> {
  const place = placeOfAnnouncements();
  try {
    const files = await readdir(place);
    return await Promise.all(files.map((file) => readFile(join(place, file), "utf8")));
  } catch {
    return [];
  }
}
