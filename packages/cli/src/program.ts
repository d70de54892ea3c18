import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";

import manifest from "../package.json" with { type: "json" };
import { addDashboardCommand } from "./commands/dashboard.ts";
import { addDevicesCommand } from "./commands/devices.ts";
import { addDlqCommand } from "./commands/dlq.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addKeysCommand } from "./commands/keys.ts";
import { addMeasurementCommands } from "./commands/measurements.ts";
import { addPollCommand } from "./commands/poll.ts";
import { addStartCommand } from "./commands/start.ts";

/**
 * The whole command line: only definitions, so that help is there at once; each verb loads what it needs when it runs.
 *
 * @param options.silent what is typed wrongly is thrown and not told too
 */
export function createProgram(options: { silent?: boolean } = {}): CommandUnknownOpts {
  const program = new Command("energylive")
    .description("Devices, keys, measurements and the dead-letter queue of the energyLIVE collector.")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    .version(manifest.version, "-V, --version", "show the version")
    .configureOutput({
      outputError: (text, write) => (options.silent === true ? undefined : write(withoutValues(text))),
    })
    .exitOverride()
    .addHelpText(
      "after",
      `
Works on the running or last embedded stack (npm start); with --stage NAME, or the
variable ENERGYLIVE_STAGE, on a deployed one.
Exit codes: 0 done, 1 failed, 2 used wrongly.

Examples:
  # how every device is doing
  energylive devices list
  # the last hour of one series
  energylive query I-10082023-01658401 --type power --since 1h
  # everything that can be wrong with a deployed stage
  energylive doctor --stage production`,
    );
  addStartCommand(program);
  addDevicesCommand(program);
  addKeysCommand(program);
  addMeasurementCommands(program);
  addPollCommand(program);
  addDlqCommand(program);
  addDashboardCommand(program);
  addDoctorCommand(program);
  return program;
}

/** What commander says of an option that it does not know: the value behind it may be a key. */
export function withoutValues(text: string): string {
  return text.replaceAll(/(unknown option '[^'=]*)=[^']*'/g, "$1=…'");
}
