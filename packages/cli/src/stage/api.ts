import { systemClock } from "@energylive/core/clock";
import { createEnergyLiveClient, type EnergyLiveClient } from "@energylive/core/energylive/client";
import { httpGet } from "@energylive/core/energylive/http";

import type { Target } from "./stage.ts";

/** A person waits for the answer. */
const TIMEOUT_MS = 10_000;

/** The energyLIVE API that the target polls. */
export async function openApi(target: Target): Promise<EnergyLiveClient> {
  return createEnergyLiveClient({
    baseUrl: await target.apiUrl(),
    httpGet,
    clock: systemClock,
    random: Math.random,
    timeoutMs: TIMEOUT_MS,
  });
}
