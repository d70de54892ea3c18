import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { counted } from "../terminal/number.ts";

/** `energylive archive` */
export function defineArchive(program: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      program
        .command("archive")
        .description("write the Parquet archive of the days that are over, now instead of at night"),
    ),
    {
      examples: [
        ["archive", "to .energylive/…/archive, for DuckDB and pandas"],
        ["archive --stage production", "to the stage's bucket, for Athena and QuickSight"],
      ],
      json: "{ place, files, rows }",
      notes: [
        "The archive is written by itself: on AWS every night, on one machine while npm start runs. It has every raw measurement by day, load profiles and market prices by month. A day of which measurements came late is written anew; what has expired in the table stays. It may be repeated and stopped at any time. docs/analysis.md says how to read it.",
      ],
    },
  ).action((options) => run(options, archive));
}

async function archive({ open, output }: Context): Promise<void> {
  const stage = await open();
  const progress = await output.progress(`Archiving ${stage.label}`);
  const { place, files, rows } = await stage.archive().finally(() => progress.end());
  await output.result(
    { place, files, rows },
    `${counted(files, "file")} with ${rows.toLocaleString("en")} rows written to ${place}.`,
  );
}
