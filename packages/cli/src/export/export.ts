import { rename, rm } from "node:fs/promises";
import { extname, join } from "node:path";

import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { FailedError, UsageError } from "../errors.ts";
import { profiledDevices } from "../profiles/days.ts";
import type { Stage } from "../stage/stage.ts";
import { parseInstant, TIME_EXAMPLES } from "../terminal/time.ts";
import { type ExportFormat, FORMATS, writeRows } from "./formats.ts";
import { type Exported, type ExportRange, MEASUREMENTS, PROFILES } from "./rows.ts";

interface ExportOptions {
  what: "measurements" | "profiles";
  since?: string | undefined;
  until?: string | undefined;
  format?: ExportFormat | undefined;
}

/** `energylive export` */
export function defineExport(program: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      program
        .command("export")
        .description("write measurements or load profiles to a file for other programs")
        .usage("[options] [device...] <file>")
        .argument(
          "<names...>",
          "devices by id, name or a part of it (default: all); at last the file, which is replaced once the new one is whole",
        )
        .addOption(
          new Option("--what <what>", "raw measurements, or the quarter-hours of load profiles")
            .choices(["measurements", "profiles"] as const)
            .default("measurements" as const),
        )
        .option("--since <time>", `from this time on: ${TIME_EXAMPLES}`)
        .option("--until <time>", "up to this time, exclusive")
        .addOption(
          new Option("--format <format>", "the file's format (default: by its name)").choices(FORMATS),
        ),
    ),
    {
      examples: [
        ["export today.parquet --since today", "for DuckDB, pandas, Athena"],
        ["export 2026.csv --what profiles --since 2026", "every quarter-hour of a year"],
        ["export garage november.xlsx --since 2026-11", "a device, for a spreadsheet"],
      ],
      json: "{ file, what, format, rows }",
      notes: [
        "Reads page by page and writes as it reads; only a spreadsheet is held in memory, and holds 1,048,575 rows. Times without a zone are in the zone of this machine. docs/analysis.md describes the columns, and how DuckDB and pandas read them.",
      ],
    },
  ).action((names, options) => run(options, (context) => exportRows(context, names, options)));
}

async function exportRows(
  { open, output }: Context,
  names: readonly string[],
  options: ExportOptions,
): Promise<void> {
  const [file = "", ids] = [names.at(-1), names.slice(0, -1)];
  const format = options.format ?? formatOf(file);
  const range = rangeOf(options, Date.now());
  const stage = await open();
  const rows =
    options.what === "profiles"
      ? await write(stage, file, format, PROFILES, ids, range)
      : await write(stage, file, format, MEASUREMENTS, ids, range);
  const { what } = options.what === "profiles" ? PROFILES : MEASUREMENTS;
  await output.result(
    { file, what: options.what, format, rows },
    `${file} has ${rows.toLocaleString("en")} ${what}.`,
  );
}

/** To a file beside it, so that nobody reads half of it. */
async function write<Row>(
  stage: Stage,
  file: string,
  format: ExportFormat,
  exported: Exported<Row>,
  ids: readonly string[],
  range: ExportRange,
): Promise<number> {
  const devices = await profiledDevices(stage, ids);
  const beside = `${file}.part`;
  try {
    const count = await writeRows(beside, format, exported, exported.rows(stage, devices, range));
    await rename(beside, file);
    return count;
  } catch (cause) {
    await rm(beside, { force: true });
    if (cause instanceof Error && "syscall" in cause && "code" in cause)
      throw new FailedError(`${join(file)} cannot be written: ${cause.code}`, { cause });
    throw cause;
  }
}

function formatOf(file: string): ExportFormat {
  const found = FORMATS.find((format) => extname(file).toLowerCase() === `.${format}`);
  if (found !== undefined) return found;
  throw new UsageError(
    `"${file}" does not say its format: end it with ${FORMATS.map((format) => `.${format}`).join(", ")}, or give --format`,
  );
}

function rangeOf({ since, until }: ExportOptions, now: number): ExportRange {
  const range = {
    since: since === undefined ? undefined : parseInstant(since, now),
    until: until === undefined ? undefined : parseInstant(until, now),
  };
  if (range.since !== undefined && range.until !== undefined && range.since >= range.until)
    throw new UsageError(`--since ${since} is not before --until ${until}`);
  return range;
}
