import { DEFAULT_KEY_NAME } from "@energylive/core/device/device";
import { ApiKey, KeyUnavailableError } from "@energylive/core/keys/api-key";
import type { KeySource } from "@energylive/core/keys/store";

import { readKeyValue } from "./key-file.ts";

/**
 * The keys of the embedded stack, from a JSON file that only its owner can read.
 *
 * @param options.defaultKey the key named `default`, which then is not in the file: the environment's, or the simulated API's
 */
export function fileKeySource(options: { defaultKey: string | undefined; file: string }): KeySource {
  const { defaultKey, file } = options;
  return async (name) => {
    if (name === DEFAULT_KEY_NAME && defaultKey !== undefined) return new ApiKey(name, defaultKey);
    const value = await readKeyValue(file, name);
    if (value === undefined) {
      throw new KeyUnavailableError(
        `key "${name}" not found: energylive keys set ${name} sets it, or change the device's api_key`,
      );
    }
    return new ApiKey(name, value);
  };
}
