import type { LiveEvent, Session } from "@energylive/api/contract";
import { apiUrl, getJson } from "./client.ts";
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
let wasInterrupted = false;

/** The server looks for what is new of these devices alone; a page shows a part of thousands. */
const MOST_WATCHED = 500;
let watched: readonly string[] = [];
let source: EventSource | undefined;

/** Says whose measurements the page shows; events of other devices need not come. */
export function watchDevices(deviceIds: readonly string[]): void {
  const next = [...new Set(deviceIds)].sort().slice(0, MOST_WATCHED);
  if (next.join() === watched.join()) return;
  watched = next;
  // One that is being opened anew will ask for these.
  if (source === undefined) return;
  connect(source);
}

/** Listens to the server's events from now on, and again after every interruption. */
export function startLive(): void {
  connect();
}

/** @param before goes on until the new connection is open, so that nothing is missed in between */
function connect(before?: EventSource): void {
  const opened = new EventSource(apiUrl("/api/events", { device: watched }));
  source = opened;
  opened.onopen = () => {
    retryMs = FIRST_RETRY_MS;
    connection.value = "open";
    before?.close();
    if (wasInterrupted) for (const listener of reconnectListeners) listener();
    wasInterrupted = false;
  };
  opened.onmessage = ({ data }: MessageEvent<string>) => {
    const event: LiveEvent = JSON.parse(data);
    for (const listener of listeners) listener(event);
  };
  opened.onerror = () => {
    // The browser tries again by itself, but not after an answer that is no event stream, and without a word of why.
    opened.close();
    before?.close();
    if (source !== opened) return;
    source = undefined;
    wasInterrupted = true;
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
