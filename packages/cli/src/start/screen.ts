import type { Device } from "@energylive/core/device/device";
import type { FetcherResult } from "@energylive/core/fetcher/run";
import type { StoredMeasurement } from "@energylive/core/measurement/item";
import Table from "cli-table3";
import pc from "picocolors";

import { age } from "../terminal/age.ts";
import { meaningOf, problemTexts } from "../texts.ts";
import type { Snapshot } from "./snapshot.ts";

/** Terminal columns for one device, and for the names of the types. */
const DEVICE_COLUMNS = 24;
const TYPE_COLUMNS = 40;

/** Width of the labels: the longest one and a space or two. */
const LINE_NAME_COLUMNS = 11;

/** Problems listed by name; above that, only their number is shown. */
const SHOWN_PROBLEMS = 5;

/** A line of the head: its label and its text. */
export interface ShownLine {
  name: string;
  text: string;
}

export interface ScreenState {
  source: string;
  /** Shown first. */
  lines: readonly ShownLine[];
  folder: string;
  logFile: string | undefined;
  endpoints: { dynamodb: string; sqs: string };
  tables: { measurementsTable: string; devicesTable: string };
  intervalSeconds: number;
  /** Since the start. */
  stored: number;
  lastRun: { at: number; result: FetcherResult } | undefined;
  nextAt: number;
  /** The newest warnings and errors of the log. */
  warnings: readonly string[];
}

export function shownLine({ name, text }: ShownLine): string {
  return `${pc.dim(name.padEnd(LINE_NAME_COLUMNS))}${text}`;
}

/** Everything about a running stack, as lines of text. `columns` is the terminal's width. */
export function screen(state: ScreenState, snapshot: Snapshot, now: number, columns: number): string {
  return [
    ...header(state, snapshot, now),
    "",
    latestTable(snapshot, now, columns),
    ...problems(state, snapshot, now),
  ].join("\n");
}

function header(state: ScreenState, snapshot: Snapshot, now: number): string[] {
  const { depth, devices } = snapshot;
  const { endpoints, tables, lastRun } = state;
  const dlq =
    depth.dlq === 0 ? "0 in the dead-letter queue" : pc.red(`${depth.dlq} in the dead-letter queue`);
  const run =
    lastRun === undefined
      ? "the first poll is running"
      : `${lastRun.result.polled} polled, ${failedCount(lastRun.result.failed)}, ${lastRun.result.published} published, ` +
        `${lastRun.result.unchanged} unchanged, ${age(now - lastRun.at)} ago`;
  return [
    `${pc.bold("energylive-collector")}  ${state.source}`,
    ...state.lines.map(shownLine),
    line("Devices", `${devices}, every ${state.intervalSeconds} s; next poll in ${age(state.nextAt - now)}`),
    line(
      "Data",
      `${tables.measurementsTable} and ${tables.devicesTable} at ${endpoints.dynamodb}, on disk in ${state.folder}`,
    ),
    line("Queue", `${depth.waiting} waiting, ${depth.inFlight} in flight, ${dlq}, at ${endpoints.sqs}`),
    line("Last run", run),
    line("Stored", `${state.stored} since the start`),
    ...(state.logFile === undefined ? [] : [line("Log", state.logFile)]),
  ];
}

function line(name: string, text: string): string {
  return shownLine({ name, text });
}

function failedCount(failed: number): string {
  return failed === 0 ? "0 failed" : pc.red(`${failed} failed`);
}

/** Types in rows, devices in columns, as many as fit. */
function latestTable(snapshot: Snapshot, now: number, columns: number): string {
  const fitting = Math.max(1, Math.floor((columns - TYPE_COLUMNS) / DEVICE_COLUMNS));
  const shown = snapshot.shown.slice(0, fitting);
  if (shown.every(({ latest }) => latest.length === 0)) return pc.dim("No measurements are stored yet.");
  const types = [
    ...new Set(shown.flatMap(({ latest }) => latest.map(({ measurement_type }) => measurement_type))),
  ].sort();
  const table = new Table({
    head: ["", ...shown.map(({ device }) => pc.bold(`${title(device)}\n`) + pc.dim(device.device_id))],
    colAligns: ["left", ...shown.map(() => "right" as const)],
    style: { head: [], border: ["gray"], compact: true },
  });
  for (const type of types) {
    const cells = shown.map(({ latest }) =>
      cell(
        latest.find(({ measurement_type }) => measurement_type === type),
        now,
      ),
    );
    table.push([`${meaningOf(type)}\n`.trim(), ...cells]);
  }
  const hidden = snapshot.devices - shown.length;
  return hidden <= 0 ? table.toString() : `${table.toString()}\n${pc.dim(`and ${hidden} more devices`)}`;
}

function title(device: Device): string {
  return device.name ?? device.device_id;
}

function cell(measurement: StoredMeasurement | undefined, now: number): string {
  if (measurement === undefined) return "";
  const { value, unit = "", timestamp } = measurement;
  return `${value} ${unit.padEnd(4)} ${pc.dim(age(now - timestamp).padStart(6))}`;
}

function problems(state: ScreenState, snapshot: Snapshot, now: number): string[] {
  const failing = snapshot.failing.map(({ device_id, state: { last_error, consecutive_failures } }) => {
    const when = last_error === undefined ? "" : `, ${age(now - Date.parse(last_error.at))} ago`;
    return `${device_id} failed ${consecutive_failures} times${when}: ${last_error?.message ?? "no reason is known"}`;
  });
  const invalid = snapshot.invalid.map(
    ({ device_id, problems: found }) => `${device_id} is invalid: ${problemTexts(found).join("; ")}`,
  );
  const all = [...invalid, ...failing];
  const listed = [
    ...all.slice(0, SHOWN_PROBLEMS).map((text) => pc.red(text)),
    ...state.warnings.map((text) => pc.yellow(text)),
  ];
  if (listed.length === 0) return [];
  const more = all.length > SHOWN_PROBLEMS ? [pc.dim(`and ${all.length - SHOWN_PROBLEMS} more`)] : [];
  return ["", pc.bold("Problems"), ...listed, ...more];
}
