import { readFile } from "node:fs/promises";
import { DEFAULT_KEY_NAME } from "@energylive/core/device/device";
import { ApiKey, KeyUnavailableError } from "@energylive/core/keys/api-key";
import type { KeySource } from "@energylive/core/keys/store";
import * as z from "zod/mini";

const KeyFile = z.record(z.string(), z.string());

/**
 * The keys of the embedded stack: `default` from the environment, any other from a JSON file of names and values that
 * only its owner can read.
 */
export function fileKeySource(options: { defaultKey: string; file: string }): KeySource {
  const { defaultKey, file } = options;
  return async (name) => {
    if (name === DEFAULT_KEY_NAME) return new ApiKey(name, defaultKey);
    const value = (await readKeys(file))[name];
    if (value === undefined) {
      throw new KeyUnavailableError(
        `there is no key "${name}": add it to ${file}, or change the device's api_key`,
      );
    }
    return new ApiKey(name, value);
  };
}

async function readKeys(file: string): Promise<Record<string, string>> {
  try {
    return KeyFile.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    // Not passed on as the cause: a parser's message quotes the file.
    throw new KeyUnavailableError(`${file} is not a JSON object of key names and values`);
  }
}
