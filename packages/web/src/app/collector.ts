import type { Collector } from "@energylive/api/contract";
import { signal } from "@preact/signals";
import { getJson } from "../data/client.ts";
import { noteFailure } from "../data/connection.ts";

const REFRESH_MS = 15_000;

/** Whether devices are polled; unknown until the server has answered once. */
export const collector = signal<Collector | undefined>(undefined);

/** Asks now and every few seconds. */
export async function watchCollector(): Promise<void> {
  try {
    collector.value = await getJson<Collector>("/api/collector");
  } catch (error) {
    noteFailure(error);
  }
  setTimeout(watchCollector, REFRESH_MS);
}
