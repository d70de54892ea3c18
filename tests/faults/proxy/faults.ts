/** What can go wrong between a handler and a service. One request meets one fault at most. */

export const FAULT_KINDS = [
  /** The answer comes late. */
  "latency",
  /** The connection is closed before the request reached the service. */
  "dropped_before",
  /** The request took effect, but the connection is closed before the answer: the answer is lost, the write is not. */
  "dropped_after",
  /** The same two with a reset (RST), which a client sees as another error. */
  "reset_before",
  "reset_after",
  /** The service answers 500 or 503 and did nothing. */
  "server_error",
  /** The service refuses the whole request for now. */
  "throttle",
  /** The service says that the client's clock is wrong, and its `Date` header says by how much. */
  "clock_skew",
  /** BatchWriteItem does a random part and hands the rest back. */
  "unprocessed_items",
  /** SendMessageBatch accepts a random part. */
  "partial_send",
  /** ReceiveMessage hands messages out again, whether or not they were deleted meanwhile. */
  "duplicate_delivery",
  /** Sent messages can be received only after a while. */
  "delayed_delivery",
  /** Received messages stand in another order. */
  "reordered_delivery",
  /** Received messages become visible again while their consumer still works. */
  "expired_visibility",
  /** Every request is refused for a while, as long as `outage` says. */
  "outage",
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export type FaultCounts = Record<FaultKind, number>;

export function noFaults(): FaultCounts {
  return Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as FaultCounts;
}

/** Faults that a service can have whatever the operation. */
const ANY_OPERATION: readonly FaultKind[] = [
  "latency",
  "dropped_before",
  "dropped_after",
  "reset_before",
  "reset_after",
  "server_error",
  "throttle",
];

/** Faults of one operation only. */
const OF_OPERATION: Readonly<Record<string, readonly FaultKind[]>> = {
  BatchWriteItem: ["unprocessed_items"],
  SendMessageBatch: ["partial_send", "delayed_delivery"],
  ReceiveMessage: ["duplicate_delivery", "reordered_delivery", "expired_visibility"],
};

/** All that can be injected into an operation. The energyLIVE API has no signature whose time could be wrong. */
export function faultsOf(operation: string): readonly FaultKind[] {
  const signed: FaultKind[] = operation === API_OPERATION ? [] : ["clock_skew"];
  return [...ANY_OPERATION, ...signed, ...(OF_OPERATION[operation] ?? [])];
}

/** How the proxy calls a request to the energyLIVE API; requests to AWS name their operation. */
export const API_OPERATION = "latest";
