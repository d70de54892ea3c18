import { systemClock } from "@energylive/core/clock";
import { createEnergyLiveClient, type EnergyLiveClient } from "@energylive/core/energylive/client";

import type { Stage } from "./stage.ts";

/** A person is waiting for the answer. */
const TIMEOUT_MS = 10_000;

/** The energyLIVE API that the stage polls. */
export async function openApi(stage: Stage): Promise<EnergyLiveClient> {
  return clientOf(await stage.apiUrl());
}

/** The energyLIVE API that a person's own key is for. */
export async function openAccountApi(stage: Stage): Promise<EnergyLiveClient> {
  return clientOf(await stage.accountApiUrl());
}

function clientOf(baseUrl: string): EnergyLiveClient {
  return createEnergyLiveClient({
    baseUrl,
    fetch,
    clock: systemClock,
    random: Math.random,
    timeoutMs: TIMEOUT_MS,
  });
}
