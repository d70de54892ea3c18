import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { measuredDays, rebuildDay } from "@energylive/core/profile/rebuild";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { FailedError } from "../errors.ts";
import { commandFor } from "../stage/stage.ts";
import { counted } from "../terminal/number.ts";
import { type DayRange, dayRange, instantsOf, openProfiles, profiledDevices } from "./days.ts";

/** `energylive profiles rebuild` */
export function defineRebuild(profiles: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      profiles
        .command("rebuild")
        .description("compute load profiles again from the raw measurements")
        .argument("[device...]", "the devices by id, name or a part of it (default: all)")
        .option("--since <day>", "from this day on (default: the oldest measurement)")
        .option("--until <day>", "up to this day, included"),
    ),
    {
      examples: [
        ["profiles rebuild", "everything that is stored"],
        ["profiles rebuild I-10082023-01658401 --since 2026-11-01", "one device, this month"],
      ],
      json: "{ devices, days, written }; days that were computed, and those among them that differed and were written",
      notes: [
        "Needed after a device's time_zone was changed, and for measurements from before there were load profiles. It may be repeated and stopped at any time: what is right already is not written again. What has expired of the raw measurements stays as it is in the profiles.",
      ],
    },
  ).action((devices, options) => run(options, (context) => rebuild(context, devices, options)));
}

async function rebuild(
  { open, output, untilStopped }: Context,
  ids: readonly string[],
  options: DayRange,
): Promise<void> {
  const range = dayRange(options);
  const stage = await open();
  const [devices, context] = [await profiledDevices(stage, ids), await openProfiles(stage)];
  const signal = untilStopped();
  const progress = await output.progress("Reading the devices");
  let [days, written] = [0, 0];
  try {
    for (const [index, { device_id, time_zone }] of devices.entries()) {
      for await (const day of measuredDays(
        context.points,
        device_id,
        time_zone,
        instantsOf(range, time_zone),
      )) {
        if (signal.aborted)
          throw new FailedError(
            `stopped before ${day.day} of ${device_id}: ${counted(days, "day")} computed`,
            {
              advice: `${commandFor(stage, ["profiles rebuild", ...devices.slice(index).map((left) => left.device_id)].join(" "))} does the rest`,
            },
          );
        progress.say(`${device_id}, device ${index + 1} of ${devices.length}: ${day.day}`);
        written += await rebuildDay(device_id, day, time_zone, context);
        days += 1;
      }
    }
  } finally {
    progress.end();
  }
  await output.result(
    { devices: devices.length, days, written },
    `${counted(days, "day")} of ${counted(devices.length, "device")} computed: ${counted(written, "profile")} written, the others were right.`,
  );
}
