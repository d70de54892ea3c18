import { paginateGetParametersByPath, type SSMClient } from "@aws-sdk/client-ssm";

import type { ApiKey } from "./api-key.ts";
import { putSecret, removeParameter } from "./parameter.ts";
import type { KeySource } from "./store.ts";

/** A key as it may be shown: without its value. */
export interface KeyEntry {
  name: string;
  /** ISO 8601 UTC; unknown for a key that was set by hand. */
  set_at?: string;
}

/** Where the keys are stored: written by a person, read by the fetcher. */
export interface KeyVault {
  /** Adds a key, or replaces the one with that name. */
  set(key: ApiKey): Promise<void>;
  /** Sorted by name. */
  list(): Promise<KeyEntry[]>;
  /** @returns whether the key existed */
  remove(name: string): Promise<boolean>;
}

/** The keys of a stage, as its fetcher reads them and as a person sets them. */
export interface Keys {
  source: KeySource;
  vault: KeyVault;
  /** How a person changes the key named `default`, where it is in the environment and not in the vault. */
  defaultKeyAdvice?: string;
}

/** SSM SecureString parameters below `path`, encrypted with SSM's own key, which the fetcher may use. */
export function ssmKeyVault(options: { ssm: SSMClient; path: string }): KeyVault {
  const { ssm, path } = options;
  return {
    set: (key) => putSecret(ssm, `${path}${key.name}`, key.reveal()),

    async list() {
      const entries: KeyEntry[] = [];
      const pages = paginateGetParametersByPath({ client: ssm }, { Path: path, WithDecryption: false });
      for await (const { Parameters = [] } of pages)
        for (const { Name = "", LastModifiedDate } of Parameters) {
          const name = Name.slice(path.length);
          entries.push(
            LastModifiedDate === undefined ? { name } : { name, set_at: LastModifiedDate.toISOString() },
          );
        }
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    },

    remove: (name) => removeParameter(ssm, `${path}${name}`),
  };
}
