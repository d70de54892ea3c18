import { EnergyLiveApiError } from "@energylive/core/energylive/errors";
import { KeyUnavailableError } from "@energylive/core/keys/api-key";

import { FailedError } from "../errors.ts";
import { openApi } from "../target/api.ts";
import type { Target } from "../target/target.ts";

/**
 * Asks the API for a device with its key.
 *
 * @returns how many measurement types it sends
 * @throws {FailedError} that says whether the id, the key or the API is wrong
 */
export async function verifyDevice(target: Target, deviceId: string, keyName: string): Promise<number> {
  try {
    const [api, { source }] = [await openApi(target), await target.keys()];
    const { measurements } = await api.latest(await source(keyName), deviceId);
    return new Set(measurements.map(({ measurement_type }) => measurement_type)).size;
  } catch (error) {
    if (error instanceof KeyUnavailableError) throw refused(deviceId, error, "wrong key");
    if (!(error instanceof EnergyLiveApiError)) throw error;
    if (error.code === "not_found" || error.code === "bad_request")
      throw refused(deviceId, error, "wrong id");
    if (error.code === "forbidden") throw refused(deviceId, error, "wrong key");
    throw refused(deviceId, error, "the API did not answer; --no-verify adds it all the same");
  }
}

function refused(deviceId: string, error: Error, verdict: string): FailedError {
  return new FailedError(`${deviceId} was not added (${verdict}): ${error.message}`);
}
