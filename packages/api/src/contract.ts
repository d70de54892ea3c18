/**
 * What the dashboard's server answers and its page reads: one description for both sides. Everything is JSON below
 * `/api/`. Times are epoch milliseconds, energy is Wh, power is W; an absent value is `null` and never zero.
 */
import type { DeviceReport, Health } from "@energylive/core/device/health";
import type { DeviceProblem } from "@energylive/core/device/problem";
import type { EnergyBar } from "@energylive/core/energy/bars";
import type { Failure } from "@energylive/core/failure";
import type { PollFailureCode } from "@energylive/core/fetcher/poll";
import type { FetcherRun } from "@energylive/core/fetcher/result";
import type { CatalogueType, MeasurementTypeFacts } from "@energylive/core/measurement/obis";
import type { KnownReason } from "@energylive/core/queue/reasons";

export type {
  CatalogueType,
  DeviceProblem,
  DeviceReport,
  EnergyBar,
  Failure,
  FetcherRun,
  Health,
  KnownReason,
  MeasurementTypeFacts,
  PollFailureCode,
};

/** Every `POST` carries this header, with any value: no form and no foreign page can. Without it the answer is 403. */
export const REQUEST_HEADER = "x-energylive-dashboard";

/**
 * The page's own routes stand behind `#`, so that the server serves `/` (index.html), what index.html names, and no
 * other page. `GET /api/*` without a valid cookie is 401: the page then says to open the printed address again.
 */

/**
 * The sizes of buckets that the page asks `GET /api/series` for, in milliseconds. Each divides the next, and all divide a
 * day.
 */
export const BUCKET_LADDER = [
  5_000, 15_000, 60_000, 300_000, 900_000, 3_600_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000,
] as const;

/** The page asks for tiles of this many buckets, each beginning at a multiple of its length: an hour, 3 hours, … 720 days. */
export const TILE_BUCKETS = 720;

/** `GET /api/session`: what the page looks at. */
export interface Session {
  stage: string;
  kind: "embedded" | "deployed";
  /** Where an embedded stack keeps its data: `.energylive/simulated`. */
  folder: string | null;
  /** The server's clock, so that ages do not depend on the viewer's. */
  now: number;
}

/** `GET /api/devices?search=&health=&offset=&limit=`: by name; a page of them, for there may be thousands. */
export interface DevicePage {
  /** That match. */
  total: number;
  /** Of all devices, by health. */
  counts: Record<Health, number>;
  devices: DeviceReport[];
}

/** `GET /api/devices/:id`. */
export interface DeviceDetail {
  report: DeviceReport;
  labels: Record<string, string>;
  latest: LatestValue[];
}

/** The latest stored value of one type. */
export interface LatestValue extends MeasurementTypeFacts {
  measurement_type: string;
  /** With all of its digits, which can be more than a double holds. */
  value: string;
  timestamp: number;
}

/**
 * `GET /api/devices/:id/summary?zone=Europe/Vienna`: what a card shows. Today begins at midnight in `zone`; yesterday
 * ends at the same wall-clock time, also on a day of 23 or 25 hours.
 */
export interface DeviceSummary {
  device_id: string;
  latest: LatestValue[];
  import: DayEnergy;
  export: DayEnergy;
  /** The last 24 hours of drawn minus fed-in power. */
  sparkline: Bucket[];
}

export interface DayEnergy {
  today_wh: number | null;
  yesterday_wh: number | null;
}

/**
 * `GET /api/series?device=&type=&from=&to=&bucket=`: one series, sampled down to buckets of `bucket` milliseconds that
 * begin at multiples of it. `from` and `to` are multiples of it too, so that a range can be cut into tiles and each tile
 * kept. A bucket without a measurement is left out: a gap is a gap.
 *
 * With `&patience=` (milliseconds) the answer comes after that time with what has been read by then, the newest first;
 * asking again goes on from there. A year of a real device takes seconds to read the first time.
 */
export interface SeriesTile {
  bucket: number;
  /** Nothing can change in it any more: it may be kept for good. */
  closed: boolean;
  /** With `patience`, where something is still being read: before this time nothing is known yet, which is no gap. */
  complete_from?: number;
  buckets: Bucket[];
}

/** `[start, minimum, maximum, mean, last, time of the last, count]`. */
export type Bucket = readonly [number, number, number, number, number, number, number];

/** `GET /api/energy?device=&type=&from=&to=&unit=hour|day|month&zone=`: differences of a register. */
export interface EnergySeries {
  bars: EnergyBar[];
}

/**
 * `GET /api/csv?device=&type=&from=&to=`: the stored measurements themselves; `type` more than once for several, none for
 * all. `device` may stand more than once too: one device after the other.
 */

/** `GET /api/pipeline`. A part that this stack cannot tell is `null`, with the reason in `unknown`. */
export interface PipelineStatus {
  now: number;
  queue: { waiting: number; in_flight: number; oldest_age_ms: number | null };
  dlq: { messages: number };
  /** The last run of each shard. */
  runs: FetcherRun[] | null;
  /** Per minute, oldest first, for the last hours. */
  throughput: { minute: number; stored: number }[] | null;
  ingest_lag: { median_ms: number; maximum_ms: number } | null;
  /** Failing, stale and invalid devices, the worst first; at most a hundred. */
  troubled: DeviceReport[];
  troubled_total: number;
  unknown: UnknownPart[];
}

/** What a stack cannot tell of its pipeline, and why. */
export type UnknownPart =
  | { code: "not_running" }
  | { code: "no_runs" }
  /** The embedded SQS tells the age of the oldest of at most so many messages. */
  | { code: "oldest_of_many"; most: number }
  | { code: "oldest" | "metrics" | "runs"; failure: Failure };

/** `GET /api/dlq`: by reason, the most frequent first. */
export interface DeadLetterOverview {
  total: number;
  groups: DeadLetterReason[];
}

export interface DeadLetterReason {
  reason: string;
  count: number;
  first_seen_at: number;
  last_seen_at: number;
  devices: string[];
  /** Some of them, the newest first. */
  messages: DeadLetterMessage[];
}

export interface DeadLetterMessage {
  message_id: string;
  detail: string | null;
  device_id: string | null;
  seen_at: number;
  body: string;
  attributes: Record<string, string>;
}

/** `POST /api/dlq/redrive` with `RedriveRequest`; `confirm` is the number of messages that the person agreed to. */
export interface RedriveRequest {
  reason: string | null;
  message_id: string | null;
  confirm: number;
}

/** After it, closed tiles may have changed: what was moved can be old. */
export interface RedriveAnswer {
  matched: number;
  moved: number;
  left: number;
}

/**
 * `GET /api/events?device=&device=`: server-sent events, one of these each. With `device`, measurements of these devices
 * only (at most 500): with thousands of devices, looking for what is new of all of them costs more than a page is worth.
 */
export type LiveEvent =
  /** New measurements were stored. */
  | { kind: "stored"; device_id: string; latest: LatestValue[] }
  /** A device was added, edited, removed, or its health changed. */
  | { kind: "devices" }
  | { kind: "pipeline" };

/** Every answer that is not 200: a code with its facts. The page has words for each; `said` is in English. */
export type ApiProblem = Failure | Refusal;

/** The request itself cannot be answered. */
export type Refusal =
  /** Only a program that is not the page asks like that; `said` tells its author what to change. */
  | { code: "bad_request" | "forbidden" | "unauthorized"; said: string }
  | { code: "not_found" }
  | { code: "device_unknown" | "device_invalid"; device_id: string }
  /** Another number of messages matches by now than the person agreed to. */
  | { code: "count_changed"; matching: number; confirmed: number };
