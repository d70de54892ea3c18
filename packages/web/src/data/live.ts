import type { LiveEvent, Session } from "@energylive/api/contract";
import { apiUrl, getJson } from "./client.ts";
import { setClock } from "./clock.ts";
import { connection, noteFailure } from "./connection.ts";

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 15_000;

type Listener = (event: LiveEvent) => void;

const listeners = new Set<Listener>();
const reconnectListeners = new Set<() => void>();

/** @returns stops it */
export function onLive(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Calls after an interruption: events may have been missed, so fetch again. @returns stops it */
export function onReconnect(listener: () => void): () => void {
  reconnectListeners.add(listener);
  return () => reconnectListeners.delete(listener);
}

let retryMs = FIRST_RETRY_MS;
let wasInterrupted = false;

/** The server watches only these devices; a page shows some of thousands. */
const MOST_WATCHED = 500;
let watched: readonly string[] = [];
/** The device that is followed as it sends. */
let followed: string | undefined;
let source: EventSource | undefined;

/**
 * Sets the devices that the page shows; it needs no events of others.
 *
 * @param live one of them that is followed as it sends, while somebody looks
 */
export function watchDevices(deviceIds: readonly string[], live?: string): void {
  const next = [...new Set(deviceIds)].sort().slice(0, MOST_WATCHED);
  if (next.join() === watched.join() && live === followed) return;
  watched = next;
  followed = live;
  // A connection being reopened will request these.
  if (source === undefined) return;
  connect(source);
}

/** Listens to the server's events, and again after every interruption. */
export function startLive(): void {
  connect();
}

/** Stays open until another one is, so nothing is missed. */
let outgoing: EventSource | undefined;

function closeOutgoing(): void {
  outgoing?.close();
  outgoing = undefined;
}

/** @param before is replaced. One that was not open yet brought nothing; left behind, it would take one of the browser's connections. */
function connect(before?: EventSource): void {
  if (before?.readyState === EventSource.OPEN) {
    closeOutgoing();
    outgoing = before;
  } else before?.close();
  const opened = new EventSource(apiUrl("/api/events", { device: watched, live: followed }));
  source = opened;
  opened.onopen = () => {
    retryMs = FIRST_RETRY_MS;
    connection.value = "open";
    closeOutgoing();
    if (wasInterrupted) for (const listener of reconnectListeners) listener();
    wasInterrupted = false;
  };
  opened.onmessage = ({ data }: MessageEvent<string>) => {
    const event: LiveEvent = JSON.parse(data);
    for (const listener of listeners) listener(event);
  };
  opened.onerror = () => {
    // The browser reconnects by itself, except after an answer that is not an event stream, and never says why.
    opened.close();
    if (source !== opened) return;
    closeOutgoing();
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
