import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { type ParsedChannel, parseChannel } from "@energylive/core/notify/channel";
import { byName, type ChannelStore } from "@energylive/core/notify/store";

import { OWNER_ONLY, replaceFile } from "./replace-file.ts";

export const CHANNEL_FILE = "channels.json";

/** Where a stack keeps its channels. @param folder the stack's own */
export function channelFile(folder: string): string {
  return join(folder, CHANNEL_FILE);
}

/** The channels of an embedded stack: a JSON file that only its owner can read. */
export function fileChannelStore(file: string): ChannelStore {
  return {
    list: async () => byName(Object.entries(await readChannels(file)).map(parsed)),

    async set(name, settings) {
      await write(file, { ...(await readChannels(file)), [name]: settings });
    },

    async remove(name) {
      const { [name]: removed, ...others } = await readChannels(file);
      if (removed === undefined) return false;
      await write(file, others);
      return true;
    },
  };
}

function parsed([name, stored]: [string, unknown]): ParsedChannel {
  return parseChannel(name, stored);
}

/** The file of channels is there and is something else. The message does not quote it. */
export class ChannelFileError extends Error {
  override readonly name = "ChannelFileError";
}

async function readChannels(file: string): Promise<Record<string, unknown>> {
  try {
    const stored: unknown = JSON.parse(await readFile(file, "utf8"));
    if (typeof stored === "object" && stored !== null && !Array.isArray(stored))
      return Object.fromEntries(Object.entries(stored));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return {};
    if (typeof code === "string") throw new ChannelFileError(`${file} cannot be read: ${code}`);
  }
  throw new ChannelFileError(`${file} is not a JSON object of channels by name`);
}

function write(file: string, channels: Record<string, unknown>): Promise<void> {
  return replaceFile(file, `${JSON.stringify(channels, null, 2)}\n`, OWNER_ONLY);
}
