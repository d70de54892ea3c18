import { join } from "node:path";
import type { TokenStore } from "@energylive/core/access/store";
import { parseToken } from "@energylive/core/access/token";

import { namedFile } from "./named-file.ts";

export const TOKEN_FILE = "tokens.json";

/** Where a stack keeps what is known of access tokens. @param folder the stack's own */
export function tokenFile(folder: string): string {
  return join(folder, TOKEN_FILE);
}

/** The access tokens of an embedded stack: a JSON file that only its owner can read. */
export function fileTokenStore(file: string): TokenStore {
  const { entries, set, remove } = namedFile(file, "tokens");
  return {
    list: async () => (await entries()).map(([name, stored]) => parseToken(name, stored)),
    set,
    remove,
  };
}
