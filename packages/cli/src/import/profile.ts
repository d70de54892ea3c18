import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import {
  type Direction,
  type ImportCounts,
  type ImportedQuarterHour,
  importQuarterHours,
  OtherZoneError,
} from "@energylive/core/profile/imported";
import { QUARTER_HOUR_MS } from "@energylive/core/profile/quarter-hours";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { findValidDevice } from "../devices/registry.ts";
import { FailedError, UsageError } from "../errors.ts";
import { openProfiles } from "../profiles/days.ts";
import { commandFor, type Stage } from "../stage/stage.ts";
import { localTime } from "../terminal/measurement-table.ts";
import { counted } from "../terminal/number.ts";
import { type PortalFile, readPortalFile } from "./portal/read.ts";
import { readRows } from "./portal/sheet.ts";

interface ProfileOptions {
  device: string;
  column?: string | undefined;
  direction?: Direction | undefined;
  dryRun?: true | undefined;
  yes?: true | undefined;
}

/** Bad rows that a person is shown at once. */
const SHOWN = 50;

/** `energylive import profile` */
export function defineImportProfile(group: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      group
        .command("profile")
        .description(
          "the quarter-hours that you downloaded from your grid operator's portal: all of a file, or none",
        )
        .argument("<file>", ".csv or .xlsx")
        .requiredOption("--device <device>", "whose meter it is: its id, its name, or a part of it")
        .option("--column <part>", "a part of the column's name, if another one than it finds is meant")
        .addOption(
          new Option(
            "--direction <direction>",
            "import: drawn from the grid; export: fed in (default: by the column's name)",
          ).choices(["import", "export"] as const),
        )
        .option("--dry-run", "say what it understands and what would change, and write nothing")
        .option("--yes", "do not ask; required without a terminal"),
    ),
    {
      examples: [
        ["import profile lastprofil.csv --device home --dry-run", "what it understands"],
        ["import profile einspeisung.xlsx --device home --direction export", "what was fed in"],
      ],
      json: "{ file, device_id, format, column, direction, unit, quarter_hours, since, until, kwh, written, same, measured, empty, others }",
      notes: [
        "Finds form, delimiter, columns and unit itself, and shows them before it asks. Imported quarter-hours have the quality i. They never replace what was measured, and what is measured later replaces them. If any row is wrong, every wrong row is named and nothing is written; the same file twice changes nothing.",
      ],
    },
  ).action((file, options) => run(options, (context) => importProfile(context, file, options)));
}

async function importProfile(context: Context, file: string, options: ProfileOptions): Promise<void> {
  const { open, output, untilStopped } = context;
  if (options.yes !== true && options.dryRun !== true && !output.isInteractive)
    throw new UsageError("without a terminal, import profile needs --yes", {
      advice: "--dry-run shows what it understands",
    });
  const portal = readPortalFile(file, await readRows(file), options, Date.now());
  check(file, portal);
  const stage = await open();
  const device = await findValidDevice(stage, options.device);
  const { profiles } = await openProfiles(stage);
  const write = (settings: { dryRun: boolean; onDay?: (day: string) => void }) =>
    importQuarterHours(portal.quarterHours, device, profiles, settings).catch(explained(stage));
  const foreseen = await write({ dryRun: true });
  const understood = [
    ...understoodText(file, portal),
    ...effectText(device.name ?? device.device_id, foreseen),
  ];
  let counts: ImportCounts = { ...foreseen, written: 0 };
  if (options.dryRun !== true && foreseen.written > 0) {
    if (options.yes !== true && !(await isConfirmed(understood))) {
      await output.result(resultOf(file, device.device_id, portal, counts), "Nothing was written.");
      return;
    }
    const signal = untilStopped();
    const progress = await output.progress("Writing");
    try {
      counts = await write({
        dryRun: false,
        onDay(day) {
          if (signal.aborted)
            throw new FailedError(`stopped before ${day}`, { advice: "the same import again does the rest" });
          progress.say(`Writing ${day}`);
        },
      });
    } finally {
      progress.end();
    }
  }
  const done =
    options.dryRun === true
      ? "Nothing was written."
      : foreseen.written === 0
        ? "Nothing had to be written."
        : `${counted(counts.written, "quarter-hour")} written.`;
  const isAsked = options.dryRun !== true && options.yes !== true && foreseen.written > 0;
  await output.result(
    resultOf(file, device.device_id, portal, options.dryRun === true ? foreseen : counts),
    [...(isAsked ? [] : understood), done].join("\n"),
  );
}

/** @throws {FailedError} that names every bad row */
function check(file: string, { problems, quarterHours, column }: PortalFile): void {
  if (problems.length > 0) {
    const more = problems.length > SHOWN ? [`and ${problems.length - SHOWN} more`] : [];
    throw new FailedError(
      [
        ...problems.slice(0, SHOWN),
        ...more,
        `${counted(problems.length, "row")} of ${file} cannot be understood, so none was written`,
      ].join("\n"),
      { advice: "fix the file and import it again" },
    );
  }
  if (quarterHours.length === 0) throw new FailedError(`${file} has no values in its column "${column}"`);
  const least = quarterHours
    .slice(1)
    .reduce(
      (gap, { at }, index) => Math.min(gap, at - (quarterHours[index]?.at ?? 0)),
      Number.POSITIVE_INFINITY,
    );
  if (Number.isFinite(least) && least > QUARTER_HOUR_MS)
    throw new FailedError(`the rows of ${file} are ${least / 60_000} minutes apart, and not quarter-hours`, {
      advice:
        "have the portal export quarter-hours; some need your consent to the reading of quarter-hours (opt-in) first",
    });
}

function explained(stage: Stage) {
  return (cause: unknown): never => {
    if (!(cause instanceof OtherZoneError)) throw cause;
    throw new FailedError(cause.message, {
      advice: `${commandFor(stage, "profiles rebuild")} computes it again in the device's zone`,
      cause,
    });
  };
}

function understoodText(file: string, portal: PortalFile): string[] {
  const { format, column, direction, unit, quarterHours, empty, others } = portal;
  const [since, until] = spanOf(quarterHours);
  const verb = direction === "import" ? "drawn from the grid" : "fed into the grid";
  return [
    `${file} has the form of ${format}.`,
    `Column "${column}" in ${unit}, ${verb}: ${kwhOf(quarterHours).toLocaleString("en", { maximumFractionDigits: 1 })} kWh in ${counted(quarterHours.length, "quarter-hour")}, ${localTime(since)} to ${localTime(until)}.`,
    ...(empty > 0
      ? [`${counted(empty, "row")} without a value ${empty === 1 ? "is" : "are"} left out.`]
      : []),
    ...(others > 0
      ? [
          `${counted(others, "other row")} (sums, remarks, other meters) ${others === 1 ? "is" : "are"} left out.`,
        ]
      : []),
  ];
}

function effectText(name: string, { written, same, measured }: ImportCounts): string[] {
  return [
    `Of ${name}: ${written.toLocaleString("en")} new, ${same.toLocaleString("en")} there already, ${measured.toLocaleString("en")} measured, which stay.`,
  ];
}

async function isConfirmed(understood: readonly string[]): Promise<boolean> {
  const { confirm } = await import("@inquirer/prompts");
  return confirm({ message: `${understood.join("\n")}\nImport it?`, default: false });
}

/** From the start of the first quarter-hour to the end of the last one: they are in order, and there are some. */
function spanOf(quarterHours: readonly ImportedQuarterHour[]): [since: number, until: number] {
  return [quarterHours[0]?.at ?? 0, (quarterHours.at(-1)?.at ?? 0) + QUARTER_HOUR_MS];
}

function kwhOf(quarterHours: readonly ImportedQuarterHour[]): number {
  return Math.round(quarterHours.reduce((sum, { wh }) => sum + wh, 0)) / 1_000;
}

function resultOf(file: string, device_id: string, portal: PortalFile, counts: ImportCounts) {
  const { format, column, direction, unit, quarterHours, empty, others } = portal;
  const [since, until] = spanOf(quarterHours).map((at) => new Date(at).toISOString());
  return {
    file,
    device_id,
    format,
    column,
    direction,
    unit,
    quarter_hours: quarterHours.length,
    since,
    until,
    kwh: kwhOf(quarterHours),
    ...counts,
    empty,
    others,
  };
}
