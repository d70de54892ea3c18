/**
 * The dashboard's API, described once for its server and its page. Everything is JSON below `/api/`. Times are epoch
 * milliseconds, energy is Wh, power is W, money is EUR, a market price is EUR/MWh. A missing value is `null`, never zero.
 */
import type { AlertRule, AlertRuleName } from "@energylive/core/alert/rule";
import type { DeviceReport, Health } from "@energylive/core/device/health";
import type { DeviceProblem } from "@energylive/core/device/problem";
import type { Failure } from "@energylive/core/failure";
import type { PollFailureCode } from "@energylive/core/fetcher/poll";
import type { FetcherRun } from "@energylive/core/fetcher/result";
import type { CatalogueType, MeasurementTypeFacts } from "@energylive/core/measurement/obis";
import type { EnergySum } from "@energylive/core/profile/sums";
import type { KnownReason } from "@energylive/core/queue/reasons";
import type { CostParts, CostSum } from "@energylive/core/tariff/cost";

export type {
  AlertRule,
  AlertRuleName,
  CatalogueType,
  DeviceProblem,
  DeviceReport,
  EnergySum,
  Failure,
  FetcherRun,
  Health,
  KnownReason,
  MeasurementTypeFacts,
  PollFailureCode,
};

/** Every `POST` must carry this header, with any value. Forms and foreign pages cannot send it. Otherwise: 403. */
export const REQUEST_HEADER = "x-energylive-dashboard";

/**
 * The page's own routes are behind `#`, so the server serves only `/` (index.html) and the files that index.html names.
 * `GET /api/*` without a valid cookie is 401: the page then asks to open the printed address again.
 */

/**
 * The bucket sizes that the page uses for `GET /api/series`, in milliseconds. Each divides the next, and all divide a day.
 */
export const BUCKET_LADDER = [
  5_000, 15_000, 60_000, 300_000, 900_000, 3_600_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000,
] as const;

/** The page fetches tiles of this many buckets. Each starts at a multiple of its length: 2 hours, 6 hours, … 1,440 days. */
export const TILE_BUCKETS = 1_440;

/** `GET /api/session`: what the page looks at. */
export interface Session {
  stage: string;
  kind: "embedded" | "deployed";
  /** Where an embedded stack keeps its data: `.energylive/simulated`. */
  folder: string | null;
  /** The devices are simulated households. */
  is_simulated: boolean;
  /** The server's clock, so ages do not depend on the viewer's. */
  now: number;
}

/** `GET /api/collector`: whether devices are polled. */
export interface Collector {
  /** Not if the stack is stopped, or no device was polled for longer than the schedule allows. */
  is_running: boolean;
  last_polled_at: number | null;
}

/** By name; worst first; by power drawn now, or by energy drawn today, most first. */
export const DEVICE_ORDERS = ["name", "health", "power", "energy"] as const;
export type DeviceOrder = (typeof DEVICE_ORDERS)[number];

/**
 * `GET /api/devices?search=&health=&sort=&zone=&offset=&limit=`: paged, since there may be thousands. `sort` is a `DeviceOrder`, and
 * `zone` says what today is for `energy`.
 */
export interface DevicePage {
  /** How many match. */
  total: number;
  /** All devices by health. */
  counts: Record<Health, number>;
  devices: DeviceReport[];
}

/**
 * `GET /api/totals?zone=&label=`: of all devices, and of those with the same value of a label. Energy is as far as the
 * load profiles are computed.
 */
export interface Totals {
  /** The names of all labels. */
  labels: string[];
  all: TotalsOf;
  /** `value` is `null` for devices without the label. */
  groups: (TotalsOf & { value: string | null })[];
}

export interface TotalsOf {
  devices: number;
  /** Drawn minus fed in, of the devices that have told it lately. */
  power_w: number | null;
  /** How many those are. */
  with_power: number;
  /** Today, of the devices whose energy is known. */
  import_wh: number | null;
  export_wh: number | null;
  with_energy: number;
}

/** `GET /api/devices/:id`. */
export interface DeviceDetail {
  report: DeviceReport;
  labels: Record<string, string>;
  /** The name of its tariff. */
  tariff: string | null;
  /** Its own rules; `null` if it has only the stage's. */
  alerts: AlertRule[] | null;
  latest: LatestValue[];
}

/** The latest stored value of one type. */
export interface LatestValue extends MeasurementTypeFacts {
  measurement_type: string;
  /** With all digits, which may be more than a double holds. */
  value: string;
  timestamp: number;
}

/**
 * `GET /api/devices/:id/summary?zone=Europe/Vienna`: what a card shows. Today starts at midnight in `zone`; yesterday
 * ends at the same wall-clock time, even on days of 23 or 25 hours.
 */
export interface DeviceSummary {
  device_id: string;
  latest: LatestValue[];
  import: DayEnergy;
  export: DayEnergy;
  /** Today so far; `null` if the device names no tariff, or nothing is known. */
  cost: DayCost | null;
  /** The last 24 hours of drawn minus fed-in power, per quarter-hour. */
  sparkline: Bucket[];
}

/** The tax included, where there is one. */
export interface DayCost {
  cost: number | null;
  earned: number | null;
  /** Whether something that was drawn or fed in has no price, and is not in it. */
  is_partial: boolean;
}

export interface DayEnergy {
  today_wh: number | null;
  yesterday_wh: number | null;
}

/**
 * `GET /api/series?device=&type=&from=&to=&bucket=`: one series, sampled down to buckets of `bucket` milliseconds that
 * start at multiples of it. `from` and `to` are multiples of it too, so a range can be cut into tiles that can be kept. A
 * bucket without measurements is left out. Power in whole quarter-hours is from the load profile; everything else is from raw
 * measurements, of at most seven days.
 */
export interface SeriesTile {
  bucket: number;
  /** It can no longer change and may be kept for good. */
  closed: boolean;
  buckets: Bucket[];
}

/** `[start, minimum, maximum, mean, last, time of the last, count]`. */
export type Bucket = readonly [number, number, number, number, number, number, number];

/**
 * `GET /api/energy?device=&from=&to=&unit=quarter|hour|day|week|month|year&zone=`: from the load profile, the periods that the
 * range touches. The first and the last are cut by it, so together they are the range: the quarter-hours that begin within.
 */
export interface EnergySeries {
  periods: EnergySum[];
}

/**
 * `GET /api/costs?` as `GET /api/energy`: what its periods cost. Computed from the load profile, the market prices and the versions of
 * the device's tariff as they are now.
 */
export interface CostSeries {
  /** What the device names; `null` if it names none. */
  tariff: string | null;
  /** Whether there is a tariff of that name. */
  is_known: boolean;
  periods: Cost[];
  /** Rounded once, so it need not be the sum of the rounded periods. */
  total: Cost | null;
  /** Whose market prices these are, as their licence asks to be named. */
  price_sources: string[];
}

/** `parts` are net, and the tax on all of them; together they are `cost`. What is earned is apart. */
export interface Cost extends Omit<CostSum, "parts" | "cost" | "earned"> {
  parts: Record<CostPart, number>;
  cost: number | null;
  earned: number | null;
}

export type CostPart = keyof CostParts;

/** `GET /api/tariffs`: the names of all tariffs. */
export interface TariffList {
  tariffs: string[];
}

/**
 * `GET /api/tariffs/compare?device=&from=&to=&zone=`: what each tariff would have cost by month, the cheapest first. Where none of its
 * versions is valid yet, its oldest one is taken.
 */
export interface TariffComparison {
  /** The one that the device names. */
  own: string | null;
  /** Where the load profile begins, if that is later than the range. */
  from: number;
  to: number;
  tariffs: { tariff: string; balance: number; total: Cost; months: Cost[] }[];
  price_sources: string[];
}

/**
 * `GET /api/prices?from=&to=&bucket=`: net market prices, as means of buckets like those of `GET /api/series`, of whole quarter-hours.
 * A bucket without a price is left out.
 */
export interface PriceSeries {
  bucket: number;
  /** `[start, EUR/MWh]` */
  prices: [number, number][];
  price_sources: string[];
}

/** `GET /api/prices/day?day=today|tomorrow|2026-11-25&hours=`: the quarter-hours of one of the market's days. */
export interface PriceDay {
  from: number;
  to: number;
  /** `[start, EUR/MWh]`, in order; empty before they are published. */
  prices: [number, number][];
  /** The `hours` in a row with the lowest mean, that are not over; `null` if so many are not known. */
  cheapest: { from: number; to: number; eur_per_mwh: number } | null;
  price_sources: string[];
}

/**
 * `GET /api/csv?device=&type=&from=&to=`: the stored measurements. `type` can be given several times, or not at
 * all for every type. `device` can be given several times too; the file has one device after the other.
 *
 * `GET /api/energy.csv` and `GET /api/costs.csv`: what `GET /api/energy` and `GET /api/costs` answer, as far as it has begun. All take `zone` for the local times and the dates in
 * the file's name (default: UTC), and `decimal=point|comma`: with `comma`, columns are separated by semicolons.
 */

/** `GET /api/alerts`: those of all devices that last, the newest first. */
export interface OpenAlerts {
  /** At most 500. */
  alerts: AlertEntry[];
  total: number;
}

/** `GET /api/alerts?device=`: those of a device, the newest first; at most 200. */
export type DeviceAlerts = OpenAlerts;

export interface AlertEntry {
  device_id: string;
  name: string;
  /** As it was then. */
  rule: AlertRule;
  began: number;
  /** `null` while it lasts. */
  ended: number | null;
  /** In the unit of the rule's limit. */
  value: number;
  /** Why somebody could not be told of it yet; `null` where everybody was, or nobody is to be. */
  notify_error: string | null;
}

/**
 * `GET /api/report?device=&label=name=value&unit=week|month|year&at=&language=en|de`: the report on the period that `at` lies in, as a page
 * of its own (HTML), to read and to print. Of one device, of those with the same value of a label, or of all.
 */

/** `GET /api/pipeline`. A part that is not known is `null`, with the reason in `unknown`. */
export interface PipelineStatus {
  now: number;
  queue: { waiting: number; in_flight: number; oldest_age_ms: number | null };
  dlq: { messages: number };
  /** The last run of each shard. */
  runs: FetcherRun[] | null;
  /** Per minute, oldest first, for the last hours. */
  throughput: { minute: number; stored: number }[] | null;
  ingest_lag: { median_ms: number; maximum_ms: number } | null;
  /** Failing, stale and invalid devices, worst first, at most a hundred. */
  troubled: DeviceReport[];
  troubled_total: number;
  unknown: UnknownPart[];
}

/** A part of the pipeline that is not known, and why. */
export type UnknownPart =
  | { code: "not_running" }
  | { code: "no_runs" }
  /** The embedded SQS tells the age of the oldest message only for up to `most` messages. */
  | { code: "oldest_of_many"; most: number }
  | { code: "oldest" | "metrics" | "runs"; failure: Failure };

/** `GET /api/dlq`: by reason, most frequent first. */
export interface DeadLetterOverview {
  total: number;
  groups: DeadLetterReason[];
  /** What became of the messages that were redriven last; `null` if none were. */
  redriven: { moved: number; dead_again: number } | null;
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

/** `GET /api/dlq/export?reason=`: the messages as a file, one JSON object per line; all of them without a reason. */

/** `POST /api/dlq/purge` with `RedriveRequest`: deletes for good. */
export interface PurgeAnswer {
  purged: number;
}

/** `POST /api/dlq/redrive` with `RedriveRequest`; `confirm` is the number of messages that the person confirmed. */
export interface RedriveRequest {
  reason: string | null;
  message_id: string | null;
  confirm: number;
}

/** Afterwards closed tiles may have changed: the moved messages can be old. */
export interface RedriveAnswer {
  matched: number;
  moved: number;
  left: number;
}

/** `GET /api/keys`: names and dates, never values. */
export interface KeyList {
  keys: KeyEntry[];
  /** The key named `default` is in the environment of the stack, so it cannot be set here. */
  is_default_elsewhere: boolean;
}

export interface KeyEntry {
  name: string;
  /** ISO 8601. */
  set_at: string | null;
  /** How many devices name it. */
  devices: number;
}

/** `POST /api/keys`: the API is asked first, so a wrong key is refused. `confirm` replaces a key of that name. */
export interface SetKeyRequest {
  name: string;
  value: string;
  confirm: boolean;
}

export interface SetKeyAnswer {
  /** The devices that the key may read. */
  devices: number;
  /** Simulated households end, and the stack goes on with the account's own devices: the page has to be loaded again. */
  restarts: boolean;
}

/** `POST /api/keys/remove`: `confirm` is the name once more. Refused while a device names it. */
export interface RemoveKeyRequest {
  name: string;
  confirm: string;
}

/** `POST /api/account`: the devices of the account that a key belongs to. */
export interface AccountRequest {
  key: string;
}

export interface AccountAnswer {
  devices: { device_id: string; is_added: boolean }[];
}

/** `POST /api/devices`: adds devices that are polled with a key; `confirm` is their number. */
export interface AddDevicesRequest {
  key: string;
  device_ids: string[];
  confirm: number;
}

export interface AddDevicesAnswer {
  added: number;
}

/** `POST /api/devices/:id`: changes the fields that are given. A name of `null` is none; labels replace all labels. */
export interface EditDeviceRequest {
  name?: string | null;
  enabled?: boolean;
  labels?: Record<string, string>;
  /** Of `null`, it names none. */
  tariff?: string | null;
  /** Its own rules; `null` leaves it to the stage's. */
  alerts?: AlertRule[] | null;
}

/** `POST /api/devices/:id/remove`: its measurements stay. `confirm` is the id once more. */
export interface RemoveDeviceRequest {
  confirm: string;
}

/**
 * `GET /api/events?device=&device=&live=`: server-sent events, each one of these. With `device`, only measurements of
 * these devices (at most 500): watching thousands of devices costs too much for one page. The device named by `live` is followed as it
 * sends, for an hour at most.
 */
export type LiveEvent =
  /** New measurements were stored, or are accepted by the queue and about to be. */
  | { kind: "stored"; device_id: string; latest: LatestValue[] }
  /** A device was added, edited, removed, or its health changed. */
  | { kind: "devices" }
  | { kind: "pipeline" }
  /** Whether a device is followed as it sends. */
  | { kind: "live"; device_id: string; is_followed: boolean };

/** Every answer other than 200: a code with its facts. The page has a text for each code; `said` is English. */
export type ApiProblem = Failure | Refusal;

/** The request itself cannot be answered. */
export type Refusal =
  /** The page never sends such a request; `said` tells the author of another program what to change. */
  | { code: "bad_request" | "forbidden" | "unauthorized"; said: string }
  | { code: "not_found" }
  | { code: "device_unknown" | "device_invalid"; device_id: string }
  | { code: "bad_name" | "bad_key_name" | "bad_key" | "key_refused" | "key_elsewhere" }
  | { code: "key_exists" | "key_unknown"; name: string }
  | { code: "key_in_use"; name: string; devices: number }
  | { code: "tariff_unknown"; tariff: string }
  /** An item of the tariffs table is not valid: without it, another version would be taken. */
  | { code: "tariff_invalid"; tariff: string; valid_from: string; said: string }
  /** The device never had a load profile. */
  | { code: "no_profile"; device_id: string }
  /** The energyLIVE API cannot be asked. */
  | { code: "api_failed"; said: string }
  /** The number of matching messages is no longer the one that the person confirmed. */
  | { code: "count_changed"; matching: number; confirmed: number };
