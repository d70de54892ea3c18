import { EVENT_SOURCE_MAPPING } from "../packages/core/src/settings/pipeline.ts";

/**
 * How much the tables take per second, and how the consumer is paced to it. The queue absorbs every burst, so a table may run
 * near its full capacity: the consumers take only as many messages as it can store while they run, and the rest waits.
 */

export const ON_DEMAND = "on-demand";

/** A unit for the devices table, two each for the measurements table and its index. */
export const MIN_WRITE_UNITS = 5;

export interface TableUnits {
  /** The same for the measurements table and its index: each measurement takes one unit of both. */
  measurements: number;
  devices: number;
}

/** The devices table takes one write per poll, a meter's poll about eleven for each of the other two. */
const DEVICES_SHARE = 1 / 24;

/**
 * Splits provisioned units over the tables and the index.
 *
 * @example splitUnits(25) // { measurements: 12, devices: 1 }: AWS's always-free units
 */
export function splitUnits(units: number): TableUnits {
  const devices = Math.max(1, Math.floor(units * DEVICES_SHARE));
  return { devices, measurements: Math.floor((units - devices) / 2) };
}

export interface Pace {
  /** Messages per invocation of the consumer. */
  batchSize: number;
  /** Consumers running at once. */
  maximumConcurrency: number;
}

/** What a batch may take of the consumer's 60 seconds, while all others run too. */
const BATCH_SECONDS = 30;

/**
 * What one consumer takes from the queue and stores; assumed, because only AWS can tell: a batch of 500 is 50 receives of ten,
 * and 70 ms of work at 256 MB.
 */
const STORED_PER_SECOND = 900;

/** Lambda's least: while they wait for a table that is near its capacity, each costs money. */
const WAITING_CONSUMERS = 2;

/** The pace at which a table that takes `writesPerSecond` measurements can run near that, and nothing goes back to the queue. */
export function paceOf(writesPerSecond: number, isProvisioned: boolean): Pace {
  const maximumConcurrency = Math.max(
    isProvisioned ? WAITING_CONSUMERS : EVENT_SOURCE_MAPPING.maximumConcurrency,
    Math.ceil(writesPerSecond / STORED_PER_SECOND),
  );
  const storable = Math.floor((writesPerSecond * BATCH_SECONDS) / maximumConcurrency);
  return { maximumConcurrency, batchSize: Math.max(1, Math.min(EVENT_SOURCE_MAPPING.batchSize, storable)) };
}
