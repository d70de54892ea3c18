import type { LiveEvent, Session } from "../../api.ts";
import { getJson } from "./client.ts";
import { setClock } from "./clock.ts";
import { connection, noteFailure } from "./connection.ts";

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 15_000;

type Listener = (event: LiveEvent) => void;

const listeners = new Set<Listener>();
const reconnectListeners = new Set<() => void>();

/** @returns ends it */
export function onLive(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** After an interruption: what is shown may have been missed, so it is to be fetched again. @returns ends it */
export function onReconnect(listener: () => void): () => void {
  reconnectListeners.add(listener);
  return () => reconnectListeners.delete(listener);
}

let retryMs = FIRST_RETRY_MS;
let wasOpen = false;

/** Listens to the server's events from now on, and again after every interruption. */
export function startLive(): void {
  const source = new EventSource("/api/events");
  source.onopen = () => {
    retryMs = FIRST_RETRY_MS;
    connection.value = "open";
    if (wasOpen) for (const listener of reconnectListeners) listener();
    wasOpen = true;
  };
  source.onmessage = ({ data }: MessageEvent<string>) => {
    const event: LiveEvent = JSON.parse(data);
    for (const listener of listeners) listener(event);
  };
  source.onerror = () => {
    // The browser tries again by itself, but not after an answer that is no event stream, and without a word of why.
    source.close();
    void reopen();
  };
}

async function reopen(): Promise<void> {
  if (connection.value === "open") connection.value = "lost";
  await new Promise((resolve) => setTimeout(resolve, retryMs));
  retryMs = Math.min(2 * retryMs, MAX_RETRY_MS);
  try {
    const { now } = await getJson<Session>("/api/session");
    setClock(now);
    startLive();
  } catch (error) {
    noteFailure(error);
    await reopen();
  }
}
