import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseToken, type TokenStore } from "@energylive/core/access/token";
import type { NamedSecrets, ParseSecret } from "@energylive/core/keys/named-secrets";
import { type ChannelStore, parseChannel } from "@energylive/core/notify/channel";

import { OWNER_ONLY, replaceFile } from "./replace-file.ts";

export const CHANNEL_FILE = "channels.json";
export const TOKEN_FILE = "tokens.json";

/** The channels of an embedded stack. @param folder the stack's own */
export function folderChannels(folder: string): ChannelStore {
  return secretFile(join(folder, CHANNEL_FILE), "channels", parseChannel);
}

/** What an embedded stack keeps of its access tokens. @param folder the stack's own */
export function folderTokens(folder: string): TokenStore {
  return secretFile(join(folder, TOKEN_FILE), "tokens", parseToken);
}

/** A file of secrets is there and is something else. The message does not quote it. */
export class SecretFileError extends Error {
  override readonly name = "SecretFileError";
}

/**
 * A JSON file of secrets by name, that only its owner can read. Each call rejects with a `SecretFileError` if the file cannot be read.
 *
 * @param what it holds, for the error: `channels`
 */
function secretFile<Stored, Parsed>(
  file: string,
  what: string,
  parse: ParseSecret<Parsed>,
): NamedSecrets<Stored, Parsed> {
  async function read(): Promise<Record<string, unknown>> {
    try {
      const stored: unknown = JSON.parse(await readFile(file, "utf8"));
      if (typeof stored === "object" && stored !== null && !Array.isArray(stored))
        return Object.fromEntries(Object.entries(stored));
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "ENOENT" || code === "ENOTDIR") return {};
      if (typeof code === "string") throw new SecretFileError(`${file} cannot be read: ${code}`);
    }
    throw new SecretFileError(`${file} is not a JSON object of ${what} by name`);
  }

  const write = (content: Record<string, unknown>) =>
    replaceFile(file, `${JSON.stringify(content, null, 2)}\n`, OWNER_ONLY);

  return {
    async list() {
      const entries = Object.entries(await read()).sort(([a], [b]) => (a < b ? -1 : 1));
      return entries.map(([name, stored]) => parse(name, stored));
    },

    async set(name, stored) {
      await write({ ...(await read()), [name]: stored });
    },

    async remove(name) {
      const content = await read();
      if (!Object.hasOwn(content, name)) return false;
      delete content[name];
      await write(content);
      return true;
    },
  };
}
