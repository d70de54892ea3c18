import type { MeasuredSummary } from "@energylive/api/devices/summary";
import type { DeviceReport } from "@energylive/core/device/health";
import type { FetcherResult } from "@energylive/core/fetcher/run";
import { PROFILE_TYPES } from "@energylive/core/profile/message";
import pc from "picocolors";
import stringWidth from "string-width";

import { shownHealth } from "../devices/list.ts";
import { SIMULATED } from "../stage/stage.ts";
import { age } from "../terminal/age.ts";
import { counted } from "../terminal/number.ts";
import { type Column, table } from "../terminal/table.ts";
import { problemTexts } from "../texts.ts";
import type { Snapshot } from "./snapshot.ts";

/** Problems listed by name; above that, only their number is shown. */
const SHOWN_PROBLEMS = 3;

/** The titles of the devices' table, and the line that says how many more there are. */
const TITLE_ROWS = 1;
const HIDDEN_ROWS = 1;

/** A device always has a line, however small the terminal. */
const LEAST_DEVICES = 1;

const COLUMNS: readonly Column[] = [
  { title: "device", shrinks: true },
  { title: "power", align: "right", least: 9 },
  { title: "drawn today", align: "right" },
  { title: "fed in", align: "right", least: 8 },
  { title: "age", align: "right", least: 6 },
  { title: "health", least: 7 },
];

export interface ScreenState {
  source: string;
  isSimulated: boolean;
  /** The dashboard's address. */
  dashboard: string | undefined;
  /** How much of the past of simulated households is written, from 0 to 1; nothing when it is. */
  past: number | undefined;
  /** Since the start. */
  stored: number;
  lastRun: { at: number; result: FetcherResult } | undefined;
  nextAt: number;
  /** The newest warnings and errors of the log. */
  warnings: readonly string[];
}

interface Size {
  columns: number;
  rows: number;
}

/** Everything about a running stack, as lines that fit into a terminal of this size. */
export function screen(state: ScreenState, snapshot: Snapshot, now: number, { columns, rows }: Size): string {
  const cut = (text: string) => (text.length < columns ? text : `${text.slice(0, columns - 2)}…`);
  const above = [...head(state, snapshot, now, cut), ""];
  const below = [...state.warnings.map((text) => pc.yellow(cut(text))), pc.dim("Ctrl-C stops.")];
  const rowsLeft = rows - rowsTaken([...above, ...below], columns) - TITLE_ROWS;
  const problems = problemLines(snapshot, now)
    .slice(0, Math.max(0, rowsLeft - LEAST_DEVICES - HIDDEN_ROWS - 1))
    .map((text) => pc.red(cut(text)));
  if (problems.length > 0) problems.unshift("");
  const { reports, summaries } = snapshot;
  const room = rowsLeft - problems.length;
  const shown =
    reports.length <= room ? reports : reports.slice(0, Math.max(LEAST_DEVICES, room - HIDDEN_ROWS));
  const hidden = reports.length - shown.length;
  const devices = shown.map((report) => rowOf(report, summaries.get(report.device_id), now));
  return [
    ...above,
    table(COLUMNS, devices, columns),
    ...(hidden === 0 ? [] : [pc.dim(`and ${hidden} more`)]),
    ...problems,
    ...below,
  ].join("\n");
}

/** A line that is too long, such as an address that must not be cut, takes several. */
function rowsTaken(lines: readonly string[], columns: number): number {
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(stringWidth(line) / columns)), 0);
}

function head(state: ScreenState, { depth }: Snapshot, now: number, cut: (text: string) => string): string[] {
  const { lastRun } = state;
  const { waiting, inFlight, dlq } = depth;
  const dead = dlq === 0 ? "" : `, ${pc.red(counted(dlq, "dead letter"))}`;
  const run =
    lastRun === undefined
      ? "the first poll is running"
      : `${lastRun.result.polled} devices polled${failedCount(lastRun.result.failed)} ${age(now - lastRun.at)} ago, ` +
        `next in ${age(state.nextAt - now)}`;
  return [
    cut(`energylive-collector  ${state.source}`),
    ...(state.isSimulated ? [pc.dim(cut(SIMULATED))] : []),
    ...(state.dashboard === undefined ? [] : [`${pc.dim("page  ")} ${state.dashboard}`]),
    `${pc.dim("polls ")} ${run}`,
    `${pc.dim("queue ")} ${state.stored} stored, ${waiting + inFlight} on their way${dead}`,
    ...(state.past === undefined ? [] : [pastLine(state.past)]),
  ];
}

const BAR_COLUMNS = 20;

function pastLine(share: number): string {
  const full = Math.round(share * BAR_COLUMNS);
  const bar = `${"█".repeat(full)}${"░".repeat(BAR_COLUMNS - full)}`;
  return `${pc.dim("past  ")} ${bar} writing 400 days`;
}

function failedCount(failed: number): string {
  return failed === 0 ? "" : `, ${pc.red(`${failed} failed`)}`;
}

function rowOf(report: DeviceReport, summary: MeasuredSummary | undefined, now: number): string[] {
  const { device_id, name = device_id, health, newest_measurement_at } = report;
  const kwh = (wh: number | null | undefined) =>
    wh === null || wh === undefined ? "–" : `${(wh / 1_000).toFixed(2)} kWh`;
  return [
    name,
    powerOf(summary),
    kwh(summary?.import.today_wh),
    kwh(summary?.export.today_wh),
    newest_measurement_at === undefined ? "–" : age(now - Date.parse(newest_measurement_at)),
    shownHealth(health),
  ];
}

/** Drawn above zero, fed in below. */
function powerOf(summary: MeasuredSummary | undefined): string {
  const watts = (type: string) =>
    summary?.latest.find(({ measurement_type }) => measurement_type === type)?.value;
  const [drawn, fedIn] = [watts(PROFILE_TYPES.drawn), watts(PROFILE_TYPES.fedIn)];
  if (drawn === undefined && fedIn === undefined) return "–";
  return `${Math.round(Number(drawn ?? 0) - Number(fedIn ?? 0))} W`;
}

function problemLines({ reports }: Snapshot, now: number): string[] {
  const all = reports.flatMap(({ device_id, name = device_id, health, problems, last_error, ...report }) => {
    if (health === "invalid") return [`${device_id} is invalid: ${problemTexts(problems).join("; ")}`];
    if (health !== "failing") return [];
    const when = last_error === undefined ? "" : `, ${age(now - Date.parse(last_error.at))} ago`;
    return [
      `${name} failed ${report.consecutive_failures ?? 0} times${when}: ${last_error?.message ?? "no reason is known"}`,
    ];
  });
  const more =
    all.length > SHOWN_PROBLEMS ? [`and ${all.length - SHOWN_PROBLEMS} more: energylive devices list`] : [];
  return [...all.slice(0, SHOWN_PROBLEMS), ...more];
}
