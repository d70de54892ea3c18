import type { FetcherResult } from "@energylive/core/fetcher/run";
import { measurementJson } from "@energylive/core/measurement/item";

import type { QueueDepth, Stack } from "@energylive/local/stack";
import { measurementTable } from "../terminal/measurement-table.ts";
import { problemTexts } from "../texts.ts";

/** How often to check the queue. */
const LOOK_MS = 100;

/**
 * If nothing was stored for this long, the queue counts as stuck. Longer than a batch's window plus the consumer's own
 * retries.
 */
const STUCK_AFTER_MS = 30_000;

interface OnceReport extends FetcherResult {
  /** Measurements stored by this run, including those that an earlier run left in the queue. */
  stored: number;
  durationMs: number;
  /** Why the run did not succeed; empty if it did. */
  problems: string[];
}

/** Polls every device once and waits until the queue is empty. */
export async function pollOnce(stack: Stack): Promise<OnceReport> {
  const startedAt = Date.now();
  const deviceIds = await allDeviceIds(stack);
  const result = await stack.poll({ device_ids: deviceIds });
  const left = await drain(stack);
  const { stored, quarantined } = stack.totals;
  const problems = await failures(stack, result.failed);
  if (result.deferred > 0) problems.push(`${result.deferred} devices were not polled: no time was left`);
  const leftOver = left.waiting + left.inFlight;
  if (leftOver > 0) problems.push(`${leftOver} measurements are still queued: the table does not take them`);
  if (left.profiles > 0)
    problems.push(
      `${left.profiles} load profiles are still to be computed: the log says why (LOG_LEVEL=warn)`,
    );
  if (quarantined > 0)
    problems.push(`${quarantined} messages could not be stored and are in the dead-letter queue`);
  if (leftOver === 0 && quarantined === 0 && stored < result.published) {
    problems.push(`${result.published} measurements were published, but only ${stored} stored`);
  }
  return {
    ...result,
    quarantined: result.quarantined + quarantined,
    stored,
    durationMs: Date.now() - startedAt,
    problems,
  };
}

/** Writes the report as one JSON object, device by device, so memory does not grow with the data. */
export async function writeJson(
  stack: Stack,
  report: OnceReport,
  write: (text: string) => void,
): Promise<void> {
  const { polled, failed, published, unchanged, stored, quarantined, durationMs } = report;
  const head = {
    polled,
    failed,
    published,
    unchanged,
    stored,
    quarantined,
    durationMs,
    endpoints: stack.endpoints,
  };
  write(`${JSON.stringify(head).slice(0, -1)},"devices":[`);
  let separator = "";
  for (const device_id of await allDeviceIds(stack)) {
    const measurements = [];
    for await (const measurement of stack.history.ofDevice(device_id, {}))
      measurements.push(measurementJson(measurement));
    write(`${separator}${JSON.stringify({ device_id, measurements })}`);
    separator = ",";
  }
  write("]}\n");
}

/** Writes the latest measurements of every device as a table, and the summary of the run. */
export async function writeTable(
  stack: Stack,
  report: OnceReport,
  write: (text: string) => void,
): Promise<void> {
  for await (const { device } of stack.devices.all()) {
    if (device === undefined) continue;
    const latest = await stack.latest.atWatermarks(device);
    if (latest.length > 0)
      write(`\n${device.name ?? device.device_id}  ${device.device_id}\n${measurementTable(latest)}\n`);
  }
  const { polled, failed, published, unchanged, stored, quarantined, durationMs } = report;
  write(
    `\n${polled} polled, ${failed} failed · ${published} published, ${unchanged} unchanged · ` +
      `${stored} stored, ${quarantined} quarantined · ${(durationMs / 1000).toFixed(1)} s\n`,
  );
}

async function allDeviceIds(stack: Stack): Promise<string[]> {
  const ids: string[] = [];
  for await (const { device, invalid } of stack.devices.all()) {
    ids.push(device?.device_id ?? invalid?.device_id ?? "");
  }
  return ids.sort();
}

/** Waits until the queues are empty, or until nothing has been stored for too long. Returns how many are left. */
async function drain(stack: Stack): Promise<QueueDepth> {
  let progressAt = Date.now();
  let stored = stack.totals.stored;
  for (;;) {
    const depth = await stack.queueDepth();
    const isEmpty = depth.waiting + depth.inFlight + depth.profiles === 0;
    if (isEmpty || Date.now() - progressAt > STUCK_AFTER_MS) return depth;
    if (stack.totals.stored > stored) {
      stored = stack.totals.stored;
      progressAt = Date.now();
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function failures(stack: Stack, failed: number): Promise<string[]> {
  const problems: string[] = [];
  if (failed === 0) return problems;
  for await (const { device, invalid } of stack.devices.all()) {
    if (invalid !== undefined)
      problems.push(`${invalid.device_id} is invalid: ${problemTexts(invalid.problems).join("; ")}`);
    else if (device?.enabled && device.state.consecutive_failures > 0) {
      problems.push(
        `${device.device_id} failed: ${device.state.last_error?.message ?? "no reason is known"}`,
      );
    }
  }
  return problems.length === 0 ? [`${failed} devices failed: see the log (LOG_LEVEL=warn)`] : problems;
}
