import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { QuarterHour } from "@energylive/core/profile/compute";
import { compareDay, type Difference, measuredDays } from "@energylive/core/profile/rebuild";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { EXIT_FAILED } from "../errors.ts";
import { commandFor } from "../stage/stage.ts";
import { localTime } from "../terminal/measurement-table.ts";
import { counted } from "../terminal/number.ts";
import { type DayRange, dayRange, instantsOf, openProfiles, profiledDevices } from "./days.ts";

/** A table of thousands of lines helps nobody; `--json` has them all. */
const SHOWN_DIFFERENCES = 20;

/** `energylive profiles check` */
export function defineCheck(profiles: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      profiles
        .command("check")
        .description("compare load profiles with what the raw measurements say")
        .argument("[device...]", "the devices by id, name or a part of it (default: all)")
        .option("--since <day>", "from this day on (default: the oldest measurement)")
        .option("--until <day>", "up to this day, included"),
    ),
    {
      examples: [["profiles check --since 2026-11-01", "this month, of all devices"]],
      json: "{ devices, quarter_hours, differences: [{ device_id, at, stored, computed }] }",
      notes: [
        "Exits with 1 if anything differs. What was stored within the last quarter of an hour may still be on its way to the profiler.",
      ],
    },
  ).action((devices, options) => run(options, (context) => check(context, devices, options)));
}

type Found = Difference & { device_id: string };

async function check({ open, output }: Context, ids: readonly string[], options: DayRange): Promise<number> {
  const range = dayRange(options);
  const stage = await open();
  const [devices, context] = [await profiledDevices(stage, ids), await openProfiles(stage)];
  const progress = await output.progress("Reading the devices");
  const differences: Found[] = [];
  let quarter_hours = 0;
  try {
    for (const [index, { device_id, time_zone }] of devices.entries()) {
      for await (const day of measuredDays(
        context.points,
        device_id,
        time_zone,
        instantsOf(range, time_zone),
      )) {
        progress.say(`${device_id}, device ${index + 1} of ${devices.length}: ${day.day}`);
        const compared = await compareDay(device_id, day, time_zone, context);
        quarter_hours += compared.checked;
        differences.push(...compared.differences.map((found) => ({ device_id, ...found })));
      }
    }
  } finally {
    progress.end();
  }
  const json = differences.map(({ at, ...found }) => ({ ...found, at: new Date(at).toISOString() }));
  const summary = `${quarter_hours} quarter-hours of ${counted(devices.length, "device")} checked, ${differences.length} different.`;
  const advice = differences.length === 0 ? [] : [`${commandFor(stage, "profiles rebuild")} mends them.`];
  await output.result(
    { devices: devices.length, quarter_hours, differences: json },
    [...lines(differences), summary, ...advice].join("\n"),
  );
  return differences.length === 0 ? 0 : EXIT_FAILED;
}

function lines(differences: readonly Found[]): string[] {
  const shown = differences
    .slice(0, SHOWN_DIFFERENCES)
    .map(
      ({ device_id, at, stored, computed }) =>
        `${device_id}  ${localTime(at)}  stored ${text(stored)}, measured ${text(computed)}`,
    );
  const more = differences.length - shown.length;
  return more > 0 ? [...shown, `and ${more} more: --json shows them all`] : shown;
}

function text({ import_wh, export_wh, quality }: QuarterHour): string {
  return `${import_wh ?? "-"} Wh drawn and ${export_wh ?? "-"} Wh fed in (${quality})`;
}
