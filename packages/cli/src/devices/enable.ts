import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { documented, run, withCommonOptions } from "../command.ts";
import { DEVICE_ARGUMENT } from "./registry.ts";
import { setFields } from "./set.ts";

/** `energylive devices enable` and `energylive devices disable` */
export function defineEnableAndDisable(devices: CommandUnknownOpts): void {
  for (const [verb, what] of [
    ["enable", "poll a device again"],
    ["disable", "pause polling a device; its configuration and its data stay"],
  ] as const) {
    documented(
      withCommonOptions(devices.command(verb).description(what).argument("<device>", DEVICE_ARGUMENT)),
      {
        examples: [[`devices ${verb} I-10082023-01658401`, what]],
        json: "the device's item after the change",
      },
    ).action((id, options) =>
      run(options, (context) => setFields(context, id, [`enabled=${verb === "enable"}`])),
    );
  }
}
