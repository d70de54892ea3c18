import type { Clock } from "../clock.ts";
import { DEFAULT_KEY_NAME } from "../device/device.ts";
import { ApiKey, KeyUnavailableError } from "./api-key.ts";

/** A rotated key is picked up within this time, without a deployment. */
const KEY_CACHE_MS = 5 * 60_000;

/** A key that could not be read is soon asked for again, but not once per device. */
const FAILURE_CACHE_MS = 10_000;

export interface KeyStore {
  /** @throws {KeyUnavailableError} */
  get(name: string): Promise<ApiKey>;
}

/** Where the values of keys come from: SSM when deployed, a file on the embedded stack. */
export type KeySource = (name: string) => Promise<ApiKey>;

/**
 * Reads an SSM parameter by its full name, decrypted; `undefined` if there is none. Its errors must not contain the value:
 * they become the cause of a `KeyUnavailableError`.
 */
export type ParameterReader = (name: string) => Promise<string | undefined>;

/** Remembers keys for up to five minutes. Concurrent requests for one key ask its source once. */
export function createKeyStore(options: { source: KeySource; clock: Clock }): KeyStore {
  const { source, clock } = options;
  const cache = new Map<string, { key: Promise<ApiKey>; until: number }>();
  return {
    async get(name) {
      const cached = cache.get(name);
      if (cached !== undefined && clock.now() < cached.until) return cached.key;
      const entry = { key: source(name), until: clock.now() + KEY_CACHE_MS };
      cache.set(name, entry);
      entry.key.catch(() => {
        entry.until = clock.now() + FAILURE_CACHE_MS;
      });
      return entry.key;
    },
  };
}

/**
 * Each key is an SSM SecureString parameter below `path`. Without a parameter, `default` may still be a secret of the
 * deployment, in the function's environment: that is where it was at first. It also serves while SSM does not answer.
 */
export function deployedKeySource(options: {
  /** The secret of the deployment. */
  defaultKey: string | undefined;
  readParameter: ParameterReader;
  path: string;
}): KeySource {
  const { defaultKey, readParameter, path } = options;
  return async (name) => {
    const parameter = `${path}${name}`;
    const secret = name === DEFAULT_KEY_NAME ? defaultKey : undefined;
    const value = await readParameter(parameter).catch((cause: unknown) => {
      if (secret !== undefined) return undefined;
      throw new KeyUnavailableError(
        `the key "${name}" could not be read from the SSM parameter ${parameter}`,
        { cause },
      );
    });
    const found = value ?? secret;
    if (found !== undefined) return new ApiKey(name, found);
    throw new KeyUnavailableError(
      `key "${name}" not found: create the SSM SecureString parameter ${parameter}, or change the device's api_key`,
    );
  };
}
