import { type Alert, alertKeyOf } from "@energylive/core/alert/store";
import { DEFAULT_TIME_ZONE } from "@energylive/core/device/device";
import { serializeEvent } from "@energylive/core/notify/message";
import { serializeRange } from "@energylive/core/profile/message";
import { emptyProfile } from "@energylive/core/profile/profile";
import { namedDay } from "@energylive/core/profile/quarter-hours";
import {
  ARCHIVER_TIMEOUT_SECONDS,
  PROFILER_TIMEOUT_SECONDS,
  REPORTER_TIMEOUT_SECONDS,
} from "@energylive/core/settings/pipeline";

import type { Call } from "../../../tools/iam/calls.ts";
import type { Graph } from "../../../tools/sst/graph.ts";
import { type DeployedCollector, startDeployedCollector } from "./collector.ts";

const DEVICE = "I-10082023-01658401";
const DEVICE_OF_OTHER_KEY = "I-10082023-01658402";

/** One for each table that alerts are read from, and one that holds. */
const RULES = [
  { rule: "battery_below", millivolts: 4_300 },
  { rule: "cost_above", eur: 1, per: "day" },
  { rule: "peak_above", kw: 1 },
  { rule: "unusual_day", percent: 50 },
];

/** The roles of the functions. */
export const ROLES = [
  "FetcherRole",
  "ConsumerRole",
  "ProfilerRole",
  "PriceReaderRole",
  "ReporterRole",
  "ArchiverRole",
] as const;
export type RoleName = (typeof ROLES)[number];

/** A time zone in which it is noon: in the first hour of a day nobody asks how unusual the last one was. */
function noonZone(): string {
  const behind = new Date().getUTCHours() - 12;
  return behind === 0 ? "Etc/GMT" : `Etc/GMT${behind > 0 ? "+" : "-"}${Math.abs(behind)}`;
}

/** Above the reserve that the consumer keeps for giving messages back, so that it tries for a second and no longer. */
const SHORT_REMAINING_MS = 11_000;

/**
 * Takes the deployed collector through everything that it calls AWS for: the shard and a named device are polled, with
 * keys from SSM; every function quarantines; measurements are stored and their load profile is written; both fail; an alert begins, is told and is over; market prices are read; a report is sent; days are archived.
 *
 * @returns the calls of each function, by its role
 */
export async function recordedCalls(graph: Graph): Promise<Record<RoleName, Call[]>> {
  await using collector = await startDeployedCollector(graph, () => [
    { measurement: "0100010700", timestamp: Date.now(), value: 138 },
    { measurement: "0100010800", timestamp: "yesterday", value: 9_577_201 },
    { measurement: "batteryVoltage", timestamp: Date.now(), value: 4_200 },
    // Of a day that is archived already.
    { measurement: "roomTemperature", timestamp: Date.now() - LATE_MS, value: 21 },
  ]);
  const { fetcher, consumer, profiler, prices } = collector;
  await collector.putDevice({ device_id: DEVICE, alerts: RULES, tariff: "none", time_zone: noonZone() });
  await collector.putDevice({ device_id: DEVICE_OF_OTHER_KEY, api_key: "second" });
  await expectCounts(fetcher.invoke({ shard: { index: 0, total: 1 } }), {
    polled: 2,
    published: 6,
    quarantined: 2,
  });
  await expectCounts(fetcher.invoke({ device_ids: [DEVICE] }), { polled: 1, failed: 0 });

  await collector.send("no measurement");
  const event = await collector.receive();
  const stored = await consumer.invoke(event);
  if (JSON.stringify(stored) !== `{"batchItemFailures":[]}` || (await collector.storedMeasurements()) === 0) {
    throw new Error(`the consumer stored nothing: ${JSON.stringify(stored)}\n${consumer.output()}`);
  }
  consumer.aws.fail("dynamodb:BatchWriteItem", Number.POSITIVE_INFINITY);
  await consumer.invoke(event, SHORT_REMAINING_MS);

  const range = { device_id: DEVICE, from: Date.now() - 60_000, to: Date.now() };
  const told = { Records: ["no range", serializeRange(range)].map(record) };
  const computed = await profiler.invoke(told);
  if (JSON.stringify(computed) !== `{"batchItemFailures":[]}`)
    throw new Error(`the profiler computed nothing: ${JSON.stringify(computed)}\n${profiler.output()}`);
  // An alert is over with its rule.
  await collector.putDevice({ device_id: DEVICE, alerts: [] });
  await profiler.invoke({ Records: [record(serializeRange({ ...range, alerts: true }), 0)] });
  const read = await prices.invoke({});
  // The day of the profile may be yesterday for the market: then the past is asked for, too.
  if (!(Number(new Map(Object.entries(Object(read))).get("asked")) >= 1))
    throw new Error(`no prices were asked for: ${JSON.stringify(read)}\n${prices.output()}`);
  await tellPeople(collector);
  await archive(collector);
  profiler.aws.fail("dynamodb:Query", Number.POSITIVE_INFINITY);
  await profiler.invoke(told);
  return {
    FetcherRole: fetcher.aws.calls,
    ConsumerRole: consumer.aws.calls,
    ProfilerRole: profiler.aws.calls,
    PriceReaderRole: prices.aws.calls,
    ReporterRole: collector.reporter.aws.calls,
    ArchiverRole: [...collector.archiver.aws.calls, ...collector.s3.calls],
  };
}

const LATE_MS = 3 * 86_400_000;

/** What is over is archived, and a day of which measurements came late once more. */
async function archive({ archiver, ...collector }: DeployedCollector): Promise<void> {
  await collector.putLatePeriod(new Date(Date.now() - LATE_MS).toISOString().slice(0, "2026-11-25".length));
  const done = await archiver.invoke({ archiver: 0 }, ARCHIVER_TIMEOUT_SECONDS * 1000);
  if (new Map(Object.entries(Object(done))).get("isUnfinished") !== false)
    throw new Error(`nothing was archived: ${JSON.stringify(done)}\n${archiver.output()}`);
}

/** A day after the end of a month, and of a week. */
const REPORTED_AT = "2026-06-01T06:00:00Z";

/** An alert is told, and given back; a report is sent. */
async function tellPeople({ profiler, reporter, ...collector }: DeployedCollector): Promise<void> {
  const began = Date.now() - 60_000;
  const alert: Alert = {
    device_id: DEVICE,
    rule: { rule: "no_data", minutes: 60 },
    began,
    opened_at: new Date(began).toISOString(),
    value: 61,
    limit: 60,
  };
  await collector.putAlert(alert);
  const opened = serializeEvent({ device_id: DEVICE, alert_key: alertKeyOf(alert), event: "opened" });
  const told = { Records: [opened].map(record) };
  if (
    JSON.stringify(await profiler.invoke(told, PROFILER_TIMEOUT_SECONDS * 1000)) !==
    `{"batchItemFailures":[]}`
  )
    throw new Error(`nothing was told:\n${profiler.output()}`);
  // Of an alert that is not there any more.
  const gone = serializeEvent({ device_id: DEVICE, alert_key: "gone", event: "opened" });
  await profiler.invoke({ Records: [record(gone, 0)] }, PROFILER_TIMEOUT_SECONDS * 1000);
  profiler.aws.fail("ssm:GetParametersByPath", Number.POSITIVE_INFINITY);
  await profiler.invoke(told, PROFILER_TIMEOUT_SECONDS * 1000);

  await collector.putDevice({ device_id: DEVICE, tariff: "none" });
  const empty = emptyProfile(DEVICE, namedDay(DEFAULT_TIME_ZONE, "2026-05-31"), DEFAULT_TIME_ZONE);
  await collector.putProfile({ ...empty, import_wh: empty.import_wh.map(() => 100) });
  await expectCounts(reporter.invoke({ at: REPORTED_AT }, REPORTER_TIMEOUT_SECONDS * 1000), { sent: 2 });
}

function record(body: string, index: number) {
  return { messageId: `m${index}`, receiptHandle: `r${index}`, body, attributes: {} };
}

async function expectCounts(result: Promise<unknown>, expected: Record<string, number>): Promise<void> {
  const counts = await result;
  const actual = new Map(Object.entries(Object(counts)));
  for (const [name, count] of Object.entries(expected)) {
    if (actual.get(name) !== count) throw new Error(`${name} is not ${count}: ${JSON.stringify(counts)}`);
  }
}
