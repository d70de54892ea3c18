import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "@energylive/local/replace-file";
import * as z from "zod";

/** What one start of a stack notes for the next, in a file of the stack's own folder. */
export interface Note<Value> {
  /** Its file's name. */
  name: string;
  /**
   * `undefined` if nothing is noted.
   *
   * @throws {Error} if the file is damaged; the message says what to do
   */
  read(folder: string): Promise<Value | undefined>;
  write(folder: string, value: Value): Promise<void>;
  forget(folder: string): Promise<void>;
}

/** The devices that were found: one that is no longer in the devices table was removed by a person and stays removed. */
export const discoveredDevices = note(
  "discovered.json",
  z.array(z.string()),
  "removed devices are added once more",
);

/** The past of simulated households: when it ends, and whether it is written. Nothing in a folder that has none. */
export const pastNote = note(
  "past.json",
  z.object({ until: z.number(), isDone: z.boolean() }),
  "no more of the past is written",
);

const NOTES = [discoveredDevices, pastNote];

/** Their files' names, for a backup. */
export const noteFiles = NOTES.map(({ name }) => name);

/** For a folder that is emptied. */
export async function forgetNotes(folder: string): Promise<void> {
  for (const each of NOTES) await each.forget(folder);
}

/** @param ifDeleted what follows when a person deletes the file */
function note<Value>(name: string, schema: z.ZodType<Value>, ifDeleted: string): Note<Value> {
  return {
    name,
    async read(folder) {
      const file = join(folder, name);
      try {
        return schema.parse(JSON.parse(await readFile(file, "utf8")));
      } catch (cause) {
        if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
        throw new Error(`${file} cannot be read: delete it, and ${ifDeleted}`, { cause });
      }
    },
    write: (folder, value) => replaceFile(join(folder, name), `${JSON.stringify(value)}\n`),
    forget: (folder) => rm(join(folder, name), { force: true }),
  };
}
