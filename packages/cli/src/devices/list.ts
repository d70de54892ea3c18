import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { type DeviceReport, type Health, reportOn, sortReports } from "@energylive/core/device/health";
import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { SIMULATED, type Stage } from "../stage/stage.ts";
import { age } from "../terminal/age.ts";
import { colours } from "../terminal/output.ts";
import { table } from "../terminal/table.ts";
import { ago } from "../terminal/time.ts";
import { problemTexts } from "../texts.ts";
import { openRegistry } from "./registry.ts";

const COLOURS: Record<Health, (text: string) => string> = {
  ok: colours.green,
  new: colours.cyan,
  stale: colours.yellow,
  failing: colours.red,
  disabled: colours.dim,
  invalid: colours.red,
};

/** After a key was revoked, every device of the account shows the same error. */
const SHOWN_PROBLEMS = 10;

const COLUMNS = [
  { title: "device" },
  { title: "name", shrinks: true },
  { title: "health" },
  { title: "last success" },
  { title: "newest" },
  { title: "failures", align: "right" },
] as const;

export function shownHealth(health: Health): string {
  return COLOURS[health](health);
}

/** `energylive devices list` */
export function defineList(devices: CommandUnknownOpts): void {
  documented(
    withCommonOptions(devices.command("list").description("how every device is doing, at a glance")),
    {
      examples: [
        ["devices list", "a table"],
        ["devices list --json", "for programs"],
      ],
      json: "[{ device_id, name, health, enabled, api_key, last_polled_at, last_success_at, newest_measurement_at, consecutive_failures, last_error, problems }]; health is one of ok, new, stale, failing, disabled, invalid; an invalid device has problems",
    },
  ).action((options) => run(options, (context) => listDevices(context)));
}

async function listDevices({ open, output }: Context): Promise<void> {
  const now = Date.now();
  const reports: DeviceReport[] = [];
  const stage = await open();
  for await (const device of (await openRegistry(stage)).all())
    reports.push(reportOn(device, now, stage.isRunning));
  sortReports(reports);
  await output.result(
    reports.map(reportJson),
    reports.length === 0 ? emptyText() : listText(reports, now, stage),
  );
}

/** A device for programs, with the problems of its item in words. */
export function reportJson({ problems, ...report }: DeviceReport) {
  return problems === undefined ? report : { ...report, problems: problemTexts(problems) };
}

function listText(reports: readonly DeviceReport[], now: number, { isSimulated }: Stage): string {
  const rows = reports.map((report) => [
    report.device_id,
    report.name ?? "",
    shownHealth(report.health),
    report.health === "invalid" ? "" : ago(report.last_success_at, now, age),
    report.health === "invalid" ? "" : ago(report.newest_measurement_at, now, age),
    String(report.consecutive_failures ?? ""),
  ]);
  const simulated = isSimulated ? [colours.dim(SIMULATED)] : [];
  return [table(COLUMNS, rows), ...problems(reports), "", summary(reports), ...simulated].join("\n");
}

function problems(reports: readonly DeviceReport[]): string[] {
  const lines = reports.flatMap(({ device_id, health, problems: found = [], last_error }) => {
    if (health === "invalid") return [`${device_id} is not polled: ${problemTexts(found).join("; ")}`];
    return health === "failing" && last_error !== undefined ? [`${device_id}: ${last_error.message}`] : [];
  });
  if (lines.length === 0) return [];
  const more = lines.length - SHOWN_PROBLEMS;
  return [
    "",
    ...lines.slice(0, SHOWN_PROBLEMS).map((line) => colours.red(line)),
    ...(more > 0 ? [`and ${more} more: energylive devices show ID says why`] : []),
  ];
}

function summary(reports: readonly DeviceReport[]): string {
  const counts = new Map<Health, number>();
  for (const { health } of reports) counts.set(health, (counts.get(health) ?? 0) + 1);
  const parts = [...counts].map(([health, count]) => `${count} ${health}`);
  return `${reports.length} ${reports.length === 1 ? "device" : "devices"}: ${parts.join(", ")}`;
}

function emptyText(): string {
  return "There are no devices yet: energylive devices add ID adds one, energylive devices discover lists your account's.";
}
