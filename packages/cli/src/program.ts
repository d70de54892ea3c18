import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";

import { addCompletionCommand } from "./commands/completion.ts";
import { addDashboardCommand } from "./commands/dashboard.ts";
import { addDevicesCommand } from "./commands/devices.ts";
import { addDlqCommand } from "./commands/dlq.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addKeysCommand } from "./commands/keys.ts";
import { addMeasurementCommands } from "./commands/measurements.ts";
import { addPollCommand } from "./commands/poll.ts";

/** The whole command line: only definitions, so that help is there at once; each verb loads what it needs when it runs. */
export function createProgram(): CommandUnknownOpts {
  const program = new Command("energylive")
    .description("Devices, keys, measurements and the dead-letter queue of the energyLIVE collector.")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    .configureHelp({ showGlobalOptions: false })
    .exitOverride()
    .addHelpText(
      "after",
      `
Works on the running or last embedded stack (npm start), or with --stage on a deployed one.
Exit codes: 0 done, 1 failed, 2 used wrongly.

Examples:
  energylive devices list
  energylive query I-10082023-01658401 --type power --since 1h
  energylive doctor --stage production`,
    );
  addDevicesCommand(program);
  addKeysCommand(program);
  addMeasurementCommands(program);
  addPollCommand(program);
  addDlqCommand(program);
  addDashboardCommand(program);
  addDoctorCommand(program);
  addCompletionCommand(program);
  return program;
}
