import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { LANGUAGES, type Language } from "@energylive/core/alert/texts";
import { DEFAULT_TIME_ZONE } from "@energylive/core/device/device";
import { before, calendarBoundaries, startOfPeriod } from "@energylive/core/energy/calendar";
import { attributionOf } from "@energylive/core/price/source";
import { profilesAround } from "@energylive/core/profile/store";
import type { EnergyRange } from "@energylive/core/profile/sums";
import {
  createReport,
  type Report,
  type ReportedDevice,
  type ReportUnit,
} from "@energylive/core/report/contents";
import { reportHtml } from "@energylive/core/report/html";
import { reportMarkdown } from "@energylive/core/report/markdown";
import { REPORT_TEXTS } from "@energylive/core/report/texts";
import { viewOf } from "@energylive/core/report/view";
import type { PricedDevice } from "@energylive/core/tariff/reader";

import { openAlerts } from "../alerts/store.ts";
import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { readLabels } from "../devices/fields.ts";
import { deviceNames, openRegistry } from "../devices/registry.ts";
import { openCosts } from "../energy/cost.ts";
import { labelledDevices } from "../energy/devices.ts";
import { FailedError, UsageError } from "../errors.ts";
import { openProfiles, profiledDevices } from "../profiles/days.ts";
import type { Stage } from "../stage/stage.ts";
import { parseInstant } from "../terminal/time.ts";
import { flatReport } from "./json.ts";

const FORMATS = ["html", "md", "json"] as const;

interface ReportOptions {
  week?: string | true | undefined;
  month?: string | true | undefined;
  year?: string | true | undefined;
  label: string[];
  format?: (typeof FORMATS)[number] | undefined;
  language: Language;
  output?: string | undefined;
  open?: true | undefined;
}

const PERIOD_HELP = "this, last, or a date in it (default: last)";

/** `energylive report` */
export function defineReport(program: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      program
        .command("report")
        .description("a week, a month or a year on a page: energy, cost, base load, peak, alerts")
        .argument("[device...]", "the devices by id, name or a part of it, together (default: all)")
        .option("--week [which]", PERIOD_HELP)
        .option("--month [which]", `${PERIOD_HELP}; without any of these: the last month`)
        .option("--year [which]", PERIOD_HELP)
        .option(
          "--label <name=value>",
          "only devices with this label; may be repeated",
          (pair, pairs) => [...pairs, pair],
          [] as string[],
        )
        .addOption(new Option("--format <format>", "the output format (default: md)").choices(FORMATS))
        .addOption(
          new Option("--language <language>", "the language of the report")
            .choices(LANGUAGES)
            .default("en" as const),
        )
        .option("--output <file>", "write it to a file instead of standard output")
        .option("--open", "open it in the browser; as HTML"),
    ),
    {
      examples: [
        ["report I-10082023-01658401 --month last", "as text"],
        ["report --year 2026 --format html --output 2026.html", "to print, or to send"],
        ["report --week --open", "in the browser"],
        ["report --label site=Graz --month 2026-10 --language de", "several devices, each one's share"],
      ],
      json: "what the report shows, with amounts in EUR, energy in Wh and power in W; what is unknown is null",
      notes: [
        "Beside the time before and the same time a year before; a period that is running is compared with as much of the others. Costs need a tariff (docs/tariffs.md). HTML has charts, loads nothing, and prints.",
      ],
    },
  ).action((devices, options) => run(options, (context) => report(context, devices, options)));
}

async function report(
  { open, output }: Context,
  ids: readonly string[],
  options: ReportOptions,
): Promise<void> {
  const now = Date.now();
  const { language } = options;
  const format = output.json ? "json" : (options.format ?? (options.open ? "html" : "md"));
  if (output.json && options.format !== undefined && options.format !== "json")
    throw new UsageError(`--json and --format ${options.format} contradict each other`);
  if (options.open && format !== "html")
    throw new UsageError(`a browser opens HTML: --open and ${format} contradict each other`);
  const labels = readLabels(options.label, "--label");
  // Before anything is read: a typo is told at once.
  periodOf(options, DEFAULT_TIME_ZONE, now);
  const stage = await open();
  const devices = await labelledDevices(stage, await profiledDevices(stage, ids), labels);
  const names = await deviceNames(await openRegistry(stage));
  const reported = devices.map(
    (device): ReportedDevice => ({
      ...device,
      name: names.get(device.device_id) ?? device.device_id,
    }),
  );
  const time_zone = devices[0]?.time_zone ?? DEFAULT_TIME_ZONE;
  const { unit, range } = periodOf(options, time_zone, now);
  const title = reported.length === 1 ? reported[0]?.name : titleOf(options.label);
  const made = await createReport(
    { title, devices: reported, unit, range, time_zone },
    await sourcesOf(stage),
    now,
  );
  if (made.now.energy?.net_wh == null)
    throw new FailedError(`nothing was measured in that time${title === undefined ? "" : ` of ${title}`}`, {
      advice: "energylive energy --by month shows from when on there are load profiles",
    });
  const content = written(made, format, { language, isSimulated: stage.isSimulated });
  const file = options.output ?? (options.open ? await temporaryFile() : undefined);
  if (file === undefined) return output.write(content);
  await writeFile(file, content).catch((cause) => {
    throw new FailedError(`${file} cannot be written: ${cause.code ?? cause.message}`, { cause });
  });
  output.note(`Written to ${join(file)}.`);
  if (options.open) await openFile(resolve(file));
}

/** Of its own folder: the browser may read it after the command has ended. */
async function temporaryFile(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), "energylive-report-")), "report.html");
}

async function openFile(file: string): Promise<void> {
  const { default: open } = await import("open");
  const opening = await open(file);
  // Where there is no browser the file is there all the same.
  opening.on("error", () => {});
}

function written(
  report: Report,
  format: (typeof FORMATS)[number],
  { language, isSimulated }: { language: Language; isSimulated: boolean },
): string {
  const named = { ...report, price_sources: report.price_sources.map(attributionOf) };
  if (format === "json") return `${JSON.stringify(flatReport(named), null, 2)}\n`;
  const view = viewOf(named, REPORT_TEXTS[language], { isSimulated });
  return format === "html" ? reportHtml(view, language) : reportMarkdown(view);
}

/** @throws {UsageError} for more than one period, or for a time that cannot be read */
function periodOf(
  options: ReportOptions,
  zone: string,
  now: number,
): { unit: ReportUnit; range: EnergyRange } {
  const given = (["week", "month", "year"] as const).filter((unit) => options[unit] !== undefined);
  if (given.length > 1) throw new UsageError(`give one of --${given.join(" and --")}`);
  const [unit = "month"] = given;
  const which = options[unit] ?? true;
  const at = startOf(which === true ? "last" : which, unit, zone, now);
  const [from = at, to = at] = calendarBoundaries(unit, zone, at, at + 1);
  if (from >= now) throw new UsageError(`--${unit} ${which} has not begun`);
  return { unit, range: { from, to } };
}

function startOf(which: string, unit: ReportUnit, zone: string, now: number): number {
  const current = startOfPeriod(unit, zone, now);
  if (which === "this") return current;
  if (which === "last") return before(unit, zone, current, 1);
  return startOfPeriod(unit, zone, parseInstant(which, now, zone));
}

async function sourcesOf(stage: Stage) {
  const { profiles } = await openProfiles(stage);
  const alerts = await openAlerts(stage);
  return {
    profiles: (device: PricedDevice, range: EnergyRange) => profilesAround(profiles, device, range),
    costs: (range: EnergyRange) => openCosts(stage, range),
    alerts: (deviceId: string) => alerts.history(deviceId),
  };
}

function titleOf(labels: readonly string[]): string | undefined {
  return labels.length === 0 ? undefined : labels.map((label) => label.replace("=", ": ")).join(", ");
}
