/** The API keys that the simulated API accepts, and the devices that each sees. */
export interface Keyring {
  /** Adds a key, or changes what it sees. `"all"` includes devices that are added later. */
  set(key: string, deviceIds: readonly string[] | "all"): void;
  revoke(key: string): void;
  /** What the key sees; `undefined` for a missing, unknown or revoked key. */
  scopeOf(key: string | undefined): KeyScope | undefined;
}

export interface KeyScope {
  sees(deviceId: string): boolean;
}

export function createKeyring(): Keyring {
  const scopes = new Map<string, KeyScope>();
  return {
    set(key, deviceIds) {
      const ids = deviceIds === "all" ? undefined : new Set(deviceIds);
      scopes.set(key, { sees: (deviceId) => ids === undefined || ids.has(deviceId) });
    },
    revoke(key) {
      scopes.delete(key);
    },
    scopeOf(key) {
      return key === undefined ? undefined : scopes.get(key);
    },
  };
}
