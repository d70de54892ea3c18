import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { KeyUnavailableError } from "@energylive/core/keys/api-key";
import type { KeyVault } from "@energylive/core/keys/vault";
import * as z from "zod";

import { OWNER_ONLY, replaceFile } from "./replace-file.ts";

/** A key's value with the time when the command set it. A person may write just the value. */
const Key = z.union([z.string(), z.object({ key: z.string(), set_at: z.string().optional() })]);

const KeyFile = z.record(z.string(), Key);
type KeyFile = z.infer<typeof KeyFile>;

/** Where a stack keeps its keys. @param folder the stack's own */
export function keyFile(folder: string): string {
  return join(folder, "keys.json");
}

/** The named keys of an embedded stack: a JSON file that only its owner can read. */
export function fileKeyVault(options: { file: string; now: () => number }): KeyVault {
  const { file, now } = options;
  return {
    async set(key) {
      const keys = await readKeyFile(file);
      await writeKeyFile(file, {
        ...keys,
        [key.name]: { key: key.reveal(), set_at: new Date(now()).toISOString() },
      });
    },

    async list() {
      return (await readKeys(file)).map(({ name, set_at }) =>
        set_at === undefined ? { name } : { name, set_at },
      );
    },

    async remove(name) {
      const { [name]: removed, ...others } = await readKeyFile(file);
      if (removed === undefined) return false;
      await writeKeyFile(file, others);
      return true;
    },
  };
}

/**
 * The value of a key in `file`; `undefined` if there is none with that name.
 *
 * @throws {KeyUnavailableError} if the file contains something else
 */
export async function readKeyValue(file: string, name: string): Promise<string | undefined> {
  const keys = await readKeyFile(file);
  const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
  return typeof key === "object" ? key.key : key;
}

/** A key with its value: for a backup, never for a person. */
export interface KeptKey {
  name: string;
  value: string;
  set_at?: string | undefined;
}

/**
 * Every key of `file`, by name.
 *
 * @throws {KeyUnavailableError} if the file contains something else
 */
export async function readKeys(file: string): Promise<KeptKey[]> {
  return Object.entries(await readKeyFile(file))
    .map(([name, key]) =>
      typeof key === "string" ? { name, value: key } : { name, value: key.key, set_at: key.set_at },
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Adds the keys whose names `file` does not have. */
export async function addMissingKeys(file: string, keys: readonly KeptKey[]): Promise<void> {
  const there = await readKeyFile(file);
  const missing = keys.filter(({ name }) => !Object.hasOwn(there, name));
  if (missing.length === 0) return;
  const added = missing.map(({ name, value, set_at }) => [name, { key: value, set_at }]);
  await writeKeyFile(file, { ...there, ...Object.fromEntries(added) });
}

async function readKeyFile(file: string): Promise<KeyFile> {
  try {
    return KeyFile.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    // What is no folder holds no keys; whoever writes there is told.
    if (code === "ENOENT" || code === "ENOTDIR") return {};
    if (typeof code === "string") throw new KeyUnavailableError(`${file} cannot be read: ${code}`);
    // Not passed on as the cause: a parser's message quotes the file.
    throw new KeyUnavailableError(`${file} is not a JSON object of key names and values`);
  }
}

function writeKeyFile(file: string, keys: KeyFile): Promise<void> {
  return replaceFile(file, `${JSON.stringify(keys, null, 2)}\n`, OWNER_ONLY);
}
