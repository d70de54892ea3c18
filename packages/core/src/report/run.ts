import type { AlertStore } from "../alert/store.ts";
import type { Clock } from "../clock.ts";
import { DEFAULT_TIME_ZONE, type Device } from "../device/device.ts";
import type { DeviceStore } from "../device/store.ts";
import type { Log } from "../log.ts";
import type { Channel, ChannelStore } from "../notify/channel.ts";
import { ChannelError } from "../notify/channel-error.ts";
import type { Send } from "../notify/send.ts";
import type { PriceStore } from "../price/store.ts";
import { localDay } from "../profile/quarter-hours.ts";
import { type ProfileStore, profilesAround } from "../profile/store.ts";
import { readStoredCosts } from "../tariff/reader.ts";
import type { TariffStore } from "../tariff/store.ts";
import { createReport, type ReportUnit } from "./contents.ts";
import { duePeriod, isAnyDue } from "./due.ts";
import { reportNotification } from "./notification.ts";
import type { SentReports } from "./sent.ts";
import { type Subject, subjectsOf } from "./subjects.ts";

/** More are not held in memory, and a report of so many takes longer than a function may run. */
const MOST_DEVICES = 5_000;

const WHOLE = { index: 0, total: 1 };

/** Longer than a function runs: one that crashed does not block the next for long. */
const CLAIM_MS = 20 * 60_000;

export interface ReporterContext {
  devices: Pick<DeviceStore, "scan">;
  profiles: Pick<ProfileStore, "read" | "firstDay">;
  prices: Pick<PriceStore, "read">;
  tariffs: Pick<TariffStore, "versions">;
  alerts: Pick<AlertStore, "history">;
  channels: Pick<ChannelStore, "list">;
  sent: SentReports;
  send: Send;
  /** Whether market prices are nobody's. */
  isSimulated: boolean;
  /** Epoch milliseconds: what is due then is sent. */
  at: number;
  clock: Clock;
  log: Log;
  /** Epoch milliseconds. What was not begun by then is for the next run. */
  deadlineAt: number;
}

export interface ReporterResult {
  sent: number;
  /** Sent before, or being sent by another run. */
  known: number;
  /** Nothing was measured. */
  empty: number;
}

/** Some reports were not sent; the others were. */
export class ReportsNotSentError extends Error {
  override readonly name = "ReportsNotSentError";
}

/**
 * Sends each report that is due to each channel that wants it, once, whatever is repeated.
 *
 * @throws {ReportsNotSentError} that names every channel that failed; what was sent stays sent
 */
export async function runReporter(context: ReporterContext): Promise<ReporterResult> {
  const { channels } = context;
  const result: ReporterResult = { sent: 0, known: 0, empty: 0 };
  const problems: string[] = [];
  const wanting: Channel[] = [];
  for (const { name, channel, problem } of await channels.list())
    if (channel === undefined) problems.push(`channel "${name}": ${problem}`);
    else if (channel.reports.length > 0) wanting.push(channel);
  if (isAnyDue(new Set(wanting.flatMap(({ reports }) => reports)), context.at)) {
    const devices = await readDevices(context);
    for (const channel of wanting)
      for (const subject of subjectsOf(channel, devices))
        for (const unit of channel.reports)
          await sendOnce(channel, subject, unit, context, result).catch((error: unknown) => {
            if (!(error instanceof ChannelError)) throw error;
            problems.push(`channel "${channel.name}": ${error.message}`);
          });
  }
  if (problems.length > 0)
    throw new ReportsNotSentError(`reports were not sent: ${[...new Set(problems)].join("; ")}`);
  return result;
}

/** Those that are polled. */
async function readDevices({ devices }: ReporterContext): Promise<Device[]> {
  const found: Device[] = [];
  for await (const { device } of devices.scan(WHOLE)) {
    if (device?.enabled !== true) continue;
    found.push(device);
    if (found.length > MOST_DEVICES)
      throw new ReportsNotSentError(
        `reports by schedule are for up to ${MOST_DEVICES} devices; energylive report makes one of any of them`,
      );
  }
  return found;
}

async function sendOnce(
  channel: Channel,
  subject: Subject,
  unit: ReportUnit,
  context: ReporterContext,
  result: ReporterResult,
): Promise<void> {
  const { sent, send, clock, log } = context;
  const time_zone = subject.devices[0]?.time_zone ?? DEFAULT_TIME_ZONE;
  const range = duePeriod(unit, time_zone, context.at);
  if (range === undefined) return;
  if (clock.now() >= context.deadlineAt)
    throw new ChannelError("there was no time left to send it", { isPermanent: false });
  const report = `${unit} ${localDay(time_zone, range.from).day} ${subject.key}`;
  const key = { channel: channel.name, report };
  if (!(await sent.claim(key, clock.now(), clock.now() + CLAIM_MS))) {
    result.known += 1;
    return;
  }
  try {
    const made = await createReport(
      { ...subject, unit, range, time_zone },
      {
        profiles: (device, touched) => profilesAround(context.profiles, device, touched),
        costs: (touched) => readStoredCosts(touched, context),
        alerts: (deviceId) => context.alerts.history(deviceId),
      },
      clock.now(),
    );
    if (made.now.energy?.net_wh == null) {
      result.empty += 1;
      await sent.release(key);
      return;
    }
    const { language } = channel;
    const id = `report ${channel.name} ${report}`;
    await send(channel, reportNotification(made, id, { language, isSimulated: context.isSimulated }));
    await sent.sent(key, new Date(clock.now()).toISOString());
    result.sent += 1;
    log.info({ event: "report_sent", channel: channel.name, report });
  } catch (error) {
    log.warn({ event: "report_not_sent", channel: channel.name, report, error });
    await sent.release(key);
    throw error;
  }
}
