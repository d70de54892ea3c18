import type { EnergyLiveClient } from "@energylive/core/energylive/client";
import { EnergyLiveApiError } from "@energylive/core/energylive/errors";
import { type ApiKey, KeyUnavailableError } from "@energylive/core/keys/api-key";

import { FailedError, UsageError } from "../errors.ts";
import { isKnownType, KNOWN_TYPES } from "../measurements/type.ts";
import { openApi } from "../stage/api.ts";
import type { Stage } from "../stage/stage.ts";

/** How many devices of an account are named; above that, only their number is given. */
const NAMED_DEVICES = 5;

/**
 * Asks the API for a device with its key.
 *
 * @returns the measurement types that it sends
 * @throws {FailedError} that says whether the id, the key or the API is wrong
 */
export async function verifyDevice(stage: Stage, deviceId: string, keyName: string): Promise<Set<string>> {
  const [api, { source }] = [await openApi(stage), await stage.keys()];
  try {
    const key = await source(keyName);
    const { measurements } = await api.latest(key, deviceId).catch(async (error: unknown) => {
      throw (await wrongId(error, api, key)) ?? error;
    });
    return new Set(measurements.map(({ measurement_type }) => measurement_type));
  } catch (error) {
    if (error instanceof KeyUnavailableError)
      throw verdict("wrong key", error.message, setKey(keyName), error);
    if (!(error instanceof EnergyLiveApiError)) throw error;
    if (error.code === "forbidden")
      throw verdict("wrong key", error.message, `${setKey(keyName)}, if the portal shows another one`, error);
    if (error.code === "not_found" || error.code === "bad_request")
      throw verdict("wrong id", error.message, "compare the id with the customer portal", error);
    throw verdict("the API did not answer", error.message, "try again in a minute", error);
  }
}

/**
 * Checks whether a device really sends unknown types: a misspelled one would keep nothing.
 *
 * @param sent the types that the device sends; only read if needed
 * @throws {UsageError} that lists the types that are known and that the device sends
 */
export async function checkTypes(types: unknown, sent: () => Promise<ReadonlySet<string>>): Promise<void> {
  const strange = (Array.isArray(types) ? types.map(String) : []).filter((type) => !isKnownType(type));
  if (strange.length === 0) return;
  const known = await sent();
  const [first] = strange.filter((type) => !known.has(type));
  if (first === undefined) return;
  throw new UsageError(`"${first}" is neither a known measurement type nor one that the device sends`, {
    advice: `${KNOWN_TYPES}\nthe device sends: ${[...known].sort().join(", ") || "nothing"}`,
  });
}

/** If the key may read other devices it is not wrong; then the id is. */
async function wrongId(error: unknown, api: EnergyLiveClient, key: ApiKey): Promise<FailedError | undefined> {
  const isRefusal =
    error instanceof EnergyLiveApiError && ["forbidden", "not_found", "bad_request"].includes(error.code);
  if (!isRefusal) return undefined;
  const devices = await api.devices(key).catch(() => undefined);
  if (devices === undefined) return undefined;
  const more = devices.length > NAMED_DEVICES ? ` and ${devices.length - NAMED_DEVICES} more` : "";
  const readable = devices.length === 0 ? "none" : `${devices.slice(0, NAMED_DEVICES).join(", ")}${more}`;
  return verdict("wrong id", error.message, `the key "${key.name}" may read: ${readable}`, error);
}

function setKey(keyName: string): string {
  return keyName === "default"
    ? "set the key again (energylive keys set default says how)"
    : `energylive keys set ${keyName} sets it`;
}

function verdict(what: string, message: string, advice: string, cause: unknown): FailedError {
  return new FailedError(`${what}: ${message}`, { advice, cause });
}
