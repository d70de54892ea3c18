import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import * as z from "zod";

import { replaceFile } from "./replace-file.ts";

const FILE = "stack.json";

const KINDS = ["simulated", "account"] as const;

/** What a started stack leaves in its folder, and in the data folder above it, so other commands find it. */
export const StackFile = z.object({
  pid: z.int(),
  kind: z.enum(KINDS).default("simulated"),
  dynamodb: z.string(),
  sqs: z.string(),
  queueUrl: z.string(),
  dlqUrl: z.string(),
  api: z.string(),
  /** Households of the simulated API. */
  simulatedDevices: z.int().optional(),
  /** Of the dashboard that the stack serves. */
  dashboardOrigin: z.string().optional(),
});
export type StackFile = z.infer<typeof StackFile>;

/** A stack that was started here, whether it is running or not. */
export interface KnownStack {
  /** Its own folder: `simulated` or `account` in the data folder. */
  folder: string;
  file: StackFile;
}

/** @param dataFolder the folder of `npm start -- --data`, which contains the stack's own folder */
export async function writeStackFile(dataFolder: string, file: StackFile): Promise<void> {
  await mkdir(join(dataFolder, file.kind), { recursive: true });
  for (const folder of [join(dataFolder, file.kind), dataFolder]) await writeOwnStackFile(folder, file);
}

/** @param folder the stack's own; the data folder above it goes on naming the stack that was started last */
export async function writeOwnStackFile(folder: string, file: StackFile): Promise<void> {
  await replaceFile(join(folder, FILE), `${JSON.stringify(file, null, 2)}\n`);
}

/**
 * The stack that was started last in a data folder.
 *
 * @param folder a data folder, or a stack's own folder in one
 * @returns `undefined` if none was ever started
 */
export async function lastStack(folder: string): Promise<KnownStack | undefined> {
  const pointer = await readStackFile(folder);
  if (pointer !== undefined) {
    const own = await readStackFile(join(folder, pointer.kind));
    return own === undefined ? { folder, file: pointer } : { folder: join(folder, pointer.kind), file: own };
  }
  const found = [];
  for (const kind of KINDS) {
    const own = join(folder, kind);
    const file = await readStackFile(own);
    if (file !== undefined)
      found.push({ folder: own, file: { ...file, kind }, at: (await stat(join(own, FILE))).mtimeMs });
  }
  return found.sort((a, b) => b.at - a.at)[0];
}

/** What the last start left in a folder; `undefined` if there was none. */
export async function readStackFile(folder: string): Promise<StackFile | undefined> {
  let text: string;
  try {
    text = await readFile(join(folder, FILE), "utf8");
  } catch {
    return undefined;
  }
  try {
    return StackFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${join(folder, FILE)} cannot be read: start the stack again with npm start`, { cause });
  }
}
