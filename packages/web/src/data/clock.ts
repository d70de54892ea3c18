import { signal } from "@preact/signals";

const TICK_MS = 1_000;

let aheadMs = 0;

/** The server's clock, so ages do not depend on the viewer's. */
export function serverNow(): number {
  return Date.now() + aheadMs;
}

/** Ticks once a second while the page is visible. */
export const now = signal(Date.now());

/** @param serverTime what the server's clock showed a moment ago */
export function setClock(serverTime: number): void {
  aheadMs = serverTime - Date.now();
  now.value = serverNow();
}

setInterval(() => {
  if (!document.hidden) now.value = serverNow();
}, TICK_MS);

document.addEventListener("visibilitychange", () => {
  now.value = serverNow();
});
