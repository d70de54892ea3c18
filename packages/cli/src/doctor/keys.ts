import { DEFAULT_KEY_NAME } from "@energylive/core/device/device";
import type { EnergyLiveClient } from "@energylive/core/energylive/client";
import { EnergyLiveApiError } from "@energylive/core/energylive/errors";
import { KeyUnavailableError } from "@energylive/core/keys/api-key";
import type { Keys } from "@energylive/core/keys/vault";

import { openApi } from "../stage/api.ts";
import { commandFor, type Stage } from "../stage/stage.ts";
import { type Check, note, ok, wrong } from "./check.ts";

/** Keys that are tried at once. */
const CONCURRENT_REQUESTS = 10;

/** Whether the API accepts each key: those that devices use, and those that are stored. */
export async function checkKeys(stage: Stage, used: ReadonlySet<string>): Promise<Check[]> {
  const [api, keys] = [await openApi(stage), await stage.keys()];
  const stored = (await keys.vault.list()).map(({ name }) => name);
  const names = [...new Set([...used, ...stored])].sort();
  if (names.length === 0)
    return [note("keys", `there are none yet; ${commandFor(stage, "keys set default")} adds the first`)];
  const checks: Check[] = [];
  for (let start = 0; start < names.length; start += CONCURRENT_REQUESTS) {
    const tried = names.slice(start, start + CONCURRENT_REQUESTS);
    checks.push(...(await Promise.all(tried.map((name) => checkKey(name, api, keys, stage)))));
  }
  return checks;
}

async function checkKey(name: string, api: EnergyLiveClient, keys: Keys, stage: Stage): Promise<Check> {
  const line = `key ${name}`;
  const elsewhere = name === DEFAULT_KEY_NAME ? keys.defaultKeyAdvice : undefined;
  const howToSet = elsewhere ?? commandFor(stage, `keys set ${name}`);
  try {
    const { length } = await api.devices(await keys.source(name));
    return ok(line, `accepted, and may read ${length} ${length === 1 ? "device" : "devices"}`);
  } catch (error) {
    if (error instanceof KeyUnavailableError) return wrong(line, error.message, howToSet);
    if (!(error instanceof EnergyLiveApiError)) throw error;
    if (error.code === "forbidden")
      return wrong(line, "is refused by the API", `make a new one in the customer portal; then: ${howToSet}`);
    return wrong(line, `could not be tried: ${error.message}`, "run the doctor again in a minute");
  }
}
