import type { Session } from "@energylive/api/contract";
import { signal } from "@preact/signals";
import { getJson } from "../data/client.ts";
import { setClock } from "../data/clock.ts";
import { noteFailure } from "../data/connection.ts";
import { startLive } from "../data/live.ts";

/** What the page looks at; unknown until the server has answered once. */
export const session = signal<Session | undefined>(undefined);

const RETRY_MS = 2_000;

/** Asks until the server answers, then listens to its events. */
export async function openSession(): Promise<void> {
  try {
    const answer = await getJson<Session>("/api/session");
    setClock(answer.now);
    session.value = answer;
    startLive();
  } catch (error) {
    noteFailure(error);
    setTimeout(openSession, RETRY_MS);
  }
}
