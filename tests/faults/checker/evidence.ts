/**
 * What a run leaves behind for its account. Everything is read with plain JSON and plain numbers: a checker that used
 * the code it checks would share its mistakes.
 */
export interface Evidence {
  /** Every answer of the energyLIVE API, as it left the API. */
  answers: readonly Answer[];
  /** What the simulated API itself says it served, as a witness against the list of answers. */
  served: readonly Served[];
  /** Every message that SQS has said it took, for either queue. */
  accepted: readonly Accepted[];
  /** What still lies in the measurement queue. */
  queued: readonly string[];
  dead: readonly Dead[];
  /** All items of the measurements table, each attribute with its text. */
  stored: readonly StoredItem[];
  profiles: readonly StoredProfile[];
  runs: readonly FetcherRun[];
  /** `poll_failed` of the fetcher's log. */
  failedPolls: readonly { deviceId: string; at: number }[];
  /** `state_not_saved` of the fetcher's log. */
  unsavedStates: readonly { deviceId: string; at: number }[];
}

export interface Served {
  deviceId: string;
  type: string;
  timestamp: number;
  value: number;
}

/** One answer to `measurements/latest`. Times are epoch milliseconds. */
export interface Answer {
  deviceId: string;
  /** When the request came. The fetcher may have given up on it before it was answered. */
  askedAt: number;
  at: number;
  /** Whether the whole of it was sent to the fetcher. */
  isDelivered: boolean;
  body: string;
}

export interface Accepted {
  queue: "measurements" | "dlq";
  body: string;
  at: number;
}

export interface Dead {
  body: string;
  reason: string | undefined;
}

/** A table's item, each attribute as the text that DynamoDB gives, whatever its type. */
export type StoredItem = Readonly<Record<string, string>>;

/** An item of the profiles table, as far as it says how much energy there was. */
export interface StoredProfile {
  device_id: string;
  day: string;
  import_wh: readonly (number | null)[];
  export_wh: readonly (number | null)[];
}

/** From the invocation of a fetcher to its end, however it ended. */
export interface FetcherRun {
  startedAt: number;
  endedAt: number;
  isFinished: boolean;
}

/** A measurement's message, as far as the account needs it. */
export interface MessageBody extends Served {
  collectionTime: string;
  retentionDays: number;
}

/** `undefined` for a body that is not a measurement's message. */
export function readMessage(body: string): MessageBody | undefined {
  const json = readJson(body);
  if (!isObject(json) || json.v !== 1) return undefined;
  const { device_id, measurement_type, timestamp, value, collection_time, retention_days } = json;
  if (typeof device_id !== "string" || typeof measurement_type !== "string") return undefined;
  if (typeof timestamp !== "number" || typeof value !== "number") return undefined;
  if (typeof collection_time !== "string" || typeof retention_days !== "number") return undefined;
  return {
    deviceId: device_id,
    type: measurement_type,
    timestamp,
    value,
    collectionTime: collection_time,
    retentionDays: retention_days,
  };
}

/** The measurement in an envelope: an element of an answer that the fetcher has quarantined as it was sent. */
export function readEnvelope(body: string): Served | undefined {
  const envelope = readJson(body);
  if (!isObject(envelope) || typeof envelope.device_id !== "string") return undefined;
  if (typeof envelope.element !== "string") return undefined;
  return readElement(envelope.device_id, readJson(envelope.element));
}

/** An element of an answer, or `undefined` if it is not a measurement. */
export function readElement(deviceId: string, element: unknown): Served | undefined {
  if (!isObject(element)) return undefined;
  const { measurement: type, timestamp, value } = element;
  if (typeof type !== "string" || type === "" || typeof value !== "number") return undefined;
  if (typeof timestamp !== "number" || !Number.isInteger(timestamp)) return undefined;
  return timestamp >= 1e12 && timestamp < 1e13 ? { deviceId, type, timestamp, value } : undefined;
}

export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One name for one measurement: what must never be stored twice. */
export function identityOf({ deviceId, type, timestamp }: Omit<Served, "value">): string {
  return JSON.stringify([deviceId, type, timestamp]);
}
