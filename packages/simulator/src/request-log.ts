/** One request to the simulated API. The key is never kept. */
export interface RequestEntry {
  /** Simulated time, epoch milliseconds. */
  readonly at: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The device that the path names, known or not. */
  readonly deviceId: string | undefined;
  keyAccepted: boolean;
  /** Absent while unanswered, and forever after a reset or a hang. */
  status: number | undefined;
}

/** Enough for a test of a thousand devices, little enough for a demo that runs for weeks. */
const ENTRIES_KEPT = 100_000;

/** The requests, oldest first; the newest 100,000 are kept. */
export interface RequestLog {
  add(entry: RequestEntry): void;
  list(deviceId?: string): readonly Readonly<RequestEntry>[];
}

export function createRequestLog(): RequestLog {
  let entries: RequestEntry[] = [];
  return {
    add(entry) {
      // Cut at twice the length, so copying costs nothing per request.
      if (entries.length >= 2 * ENTRIES_KEPT) entries = entries.slice(-ENTRIES_KEPT);
      entries.push(entry);
    },
    list(deviceId) {
      const kept = entries.slice(-ENTRIES_KEPT);
      return deviceId === undefined ? kept : kept.filter((entry) => entry.deviceId === deviceId);
    },
  };
}
