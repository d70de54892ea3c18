import { type ReadonlySignal, type Signal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect } from "preact/hooks";

import { AnswerError } from "./client.ts";
import { noteFailure } from "./connection.ts";
import { onReconnect } from "./live.ts";

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 15_000;

export interface Resource<T> {
  /** The newest answer; stays while the next one loads or fails. */
  data: Signal<T | undefined>;
  error: Signal<Error | undefined>;
  /** Fetches again now. */
  refresh(): void;
}

/**
 * Fetches an answer of the server when `key` changes, every `refreshMs`, and again after a failure or an interruption. Never
 * shows data of another key.
 */
export function useResource<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  options: { refreshMs?: number; enabled?: boolean } = {},
): Resource<T> {
  const { refreshMs, enabled = true } = options;
  const data = useSignal<T | undefined>(undefined);
  const error = useSignal<Error | undefined>(undefined);
  const generation = useSignal(0);
  const shownKey = useSignal(key);

  // An effect would run after the first paint.
  useLayoutEffect(() => {
    if (!enabled) return;
    if (shownKey.value !== key) {
      shownKey.value = key;
      data.value = undefined;
      error.value = undefined;
    }
    const stopping = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let retryMs = FIRST_RETRY_MS;

    async function run() {
      clearTimeout(timer);
      try {
        const answer = await load(stopping.signal);
        if (stopping.signal.aborted) return;
        data.value = answer;
        error.value = undefined;
        retryMs = FIRST_RETRY_MS;
        if (refreshMs !== undefined) timer = setTimeout(run, refreshMs);
      } catch (failure) {
        if (stopping.signal.aborted) return;
        noteFailure(failure);
        error.value = failure instanceof Error ? failure : new Error(String(failure));
        if (isFinal(failure)) return;
        timer = setTimeout(run, retryMs);
        retryMs = Math.min(2 * retryMs, MAX_RETRY_MS);
      }
    }

    void run();
    const endReconnect = onReconnect(() => void run());
    return () => {
      stopping.abort();
      clearTimeout(timer);
      endReconnect();
    };
  }, [key, enabled, generation.value]);

  return {
    data,
    error,
    refresh() {
      generation.value += 1;
    },
  };
}

/** The last answer, also of another key: what is shown stays until something new arrives, so nothing flickers. */
export function useLastAnswer<T>({ data }: Resource<T>): ReadonlySignal<T | undefined> {
  const last = useSignal<T | undefined>(undefined);
  useEffect(
    () =>
      data.subscribe((answer) => {
        if (answer !== undefined) last.value = answer;
      }),
    [data],
  );
  return useComputed(() => data.value ?? last.value);
}

/** Whether the same request would fail again. */
function isFinal(failure: unknown): boolean {
  return (
    failure instanceof AnswerError && failure.status >= 400 && failure.status < 500 && failure.status !== 429
  );
}
