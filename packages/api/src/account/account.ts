import type { EnergyLiveClient } from "@energylive/core/energylive/client";
import type { FetcherResult } from "@energylive/core/fetcher/run";
import type { Keys } from "@energylive/core/keys/vault";

/** What the page changes of a stage: its keys and its devices. */
export interface Account {
  keys(): Promise<Keys>;
  /** The API that the stage polls. */
  api(): Promise<EnergyLiveClient>;
  /** The API that a person's own key is for: another one only where households are simulated. */
  ownApi(): Promise<EnergyLiveClient>;
  /** Polls devices now. */
  poll(deviceIds: string[]): Promise<FetcherResult>;
  /** Ends the simulated households and goes on with the account's devices, if this process can. */
  useOwnKey?: (() => void) | undefined;
}
