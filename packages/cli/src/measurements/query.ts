import type { MeasurementHistory } from "@energylive/core/measurement/history";
import type { StoredMeasurement } from "@energylive/core/measurement/item";
import type { MeasurementRange } from "@energylive/core/measurement/pages";

import type { Context } from "../command.ts";
import { deviceId } from "../devices/registry.ts";
import { UsageError } from "../errors.ts";
import { numberOf } from "../terminal/number.ts";
import { parseInstant } from "../terminal/time.ts";
import { type Format, writeMeasurements } from "./format.ts";
import { openHistory } from "./stores.ts";
import { resolveType } from "./type.ts";

const MOST_MEASUREMENTS = 1_000_000_000;

export interface QueryOptions {
  type?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
  limit?: string | undefined;
  desc?: true | undefined;
  format?: Format | undefined;
}

/** Reads page by page and writes as it reads: a year needs no more memory than a day. */
export async function queryMeasurements(
  { open, output }: Context,
  device: string | undefined,
  options: QueryOptions,
): Promise<void> {
  const range = rangeOf(options, Date.now());
  checkUsage(device, options, output.json);
  const history = await openHistory(await open());
  const type = options.type === undefined ? undefined : await resolveType(options.type, history);
  const found = select(history, device, type, range);
  const format = output.json ? "json" : (options.format ?? "table");
  const count = await writeMeasurements(found, { format, ofOneDevice: device !== undefined }, output);
  if (count === 0) output.note(nothing(device, options));
}

function checkUsage(device: string | undefined, options: QueryOptions, json: boolean): void {
  if (device !== undefined) deviceId(device);
  if (device === undefined && options.type === undefined)
    throw new UsageError("name a device, or with --type one type across all devices");
  if (json && options.format !== undefined && options.format !== "json")
    throw new UsageError(`--json and --format ${options.format} contradict each other`);
}

function rangeOf({ since, until, limit, desc }: QueryOptions, now: number): MeasurementRange {
  const range = {
    since: since === undefined ? undefined : parseInstant(since, now),
    until: until === undefined ? undefined : parseInstant(until, now),
    limit: limit === undefined ? undefined : numberOf("--limit", limit, 1, MOST_MEASUREMENTS),
    descending: desc,
  };
  if (range.since !== undefined && range.until !== undefined && range.since >= range.until)
    throw new UsageError(`--since ${since} is not before --until ${until}`);
  return range;
}

function select(
  history: MeasurementHistory,
  device: string | undefined,
  type: string | undefined,
  range: MeasurementRange,
): AsyncGenerator<StoredMeasurement> {
  if (device !== undefined) return history.ofDevice(device, range, type);
  return history.ofType(type ?? "", range);
}

function nothing(device: string | undefined, { type, since, until: end }: QueryOptions): string {
  const what = [type, device === undefined ? "of any device" : `of ${device}`].filter(Boolean).join(" ");
  const when = since === undefined && end === undefined ? "" : " in that time";
  return `Nothing is stored ${what}${when}.`;
}
