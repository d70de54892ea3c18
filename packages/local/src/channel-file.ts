import { join } from "node:path";

import { parseChannel } from "@energylive/core/notify/channel";
import type { ChannelStore } from "@energylive/core/notify/store";

import { namedFile } from "./named-file.ts";

export const CHANNEL_FILE = "channels.json";

/** Where a stack keeps its channels. @param folder the stack's own */
export function channelFile(folder: string): string {
  return join(folder, CHANNEL_FILE);
}

/** The channels of an embedded stack: a JSON file that only its owner can read. */
export function fileChannelStore(file: string): ChannelStore {
  const { entries, set, remove } = namedFile(file, "channels");
  return {
    list: async () => (await entries()).map(([name, stored]) => parseChannel(name, stored)),
    set,
    remove,
  };
}
