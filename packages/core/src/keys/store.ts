import { GetParameterCommand, ParameterNotFound, type SSMClient } from "@aws-sdk/client-ssm";

import type { Clock } from "../clock.ts";
import { DEFAULT_KEY_NAME } from "../device/device.ts";
import { ApiKey, KeyUnavailableError } from "./api-key.ts";

/** So that a rotated key is picked up without a deploy. */
const KEY_CACHE_MS = 5 * 60_000;

/** A key that could not be read is asked for again soon, but not once per device. */
const FAILURE_CACHE_MS = 10_000;

export interface KeyStore {
  /** @throws {KeyUnavailableError} */
  get(name: string): Promise<ApiKey>;
}

/** Where the values of keys come from: the environment and SSM when deployed. */
export type KeySource = (name: string) => Promise<ApiKey>;

/** Remembers keys for five minutes at most. Concurrent questions for one key ask its source once. */
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
 * `default` is the secret that the deployment put in the environment; any other name is an SSM SecureString parameter
 * below `path`.
 */
export function deployedKeySource(options: {
  defaultKey: string | undefined;
  ssm: SSMClient;
  path: string;
}): KeySource {
  const { defaultKey, ssm, path } = options;
  return async (name) => {
    if (name !== DEFAULT_KEY_NAME) return readParameter(ssm, name, `${path}${name}`);
    if (defaultKey === undefined) {
      throw new KeyUnavailableError(
        `there is no key "${DEFAULT_KEY_NAME}": set the secret EnergyLiveApiKey (or ENERGYLIVE_API_KEY), or name another key in the device's api_key`,
      );
    }
    return new ApiKey(name, defaultKey);
  };
}

async function readParameter(ssm: SSMClient, name: string, parameter: string): Promise<ApiKey> {
  let value: string | undefined;
  try {
    const answer = await ssm.send(new GetParameterCommand({ Name: parameter, WithDecryption: true }));
    value = answer.Parameter?.Value;
  } catch (error) {
    const problem =
      error instanceof ParameterNotFound
        ? `there is no key "${name}": create the SSM SecureString parameter ${parameter}, or change the device's api_key`
        : `the key "${name}" could not be read from the SSM parameter ${parameter}`;
    throw new KeyUnavailableError(problem, { cause: error });
  }
  return new ApiKey(name, value ?? "");
}
