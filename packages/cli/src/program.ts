import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";

import manifest from "../package.json" with { type: "json" };
import { defineAlerts } from "./alerts/commands.ts";
import { defineArchive } from "./archive/archive.ts";
import { defineBackup } from "./backup/backup.ts";
import { defineRestore } from "./backup/restore.ts";
import { defineChannels } from "./channels/commands.ts";
import { documented } from "./command.ts";
import { defineDashboard } from "./dashboard/serve.ts";
import { defineDevices } from "./devices/commands.ts";
import { defineDlq } from "./dlq/commands.ts";
import { defineDoctor } from "./doctor/doctor.ts";
import { defineEnergy } from "./energy/energy.ts";
import { defineExport } from "./export/export.ts";
import { defineImport } from "./import/commands.ts";
import { defineKeys } from "./keys/commands.ts";
import { defineLatest } from "./measurements/latest.ts";
import { defineQuery } from "./measurements/query.ts";
import { defineTail } from "./measurements/tail.ts";
import { defineWatch } from "./measurements/watch.ts";
import { defineMqtt } from "./mqtt/command.ts";
import { definePoll } from "./polls/poll.ts";
import { definePrices } from "./prices/prices.ts";
import { defineProfiles } from "./profiles/commands.ts";
import { defineReport } from "./report/report.ts";
import { defineStart } from "./start/command.ts";
import { defineTariffs } from "./tariffs/commands.ts";
import { defineTokens } from "./tokens/commands.ts";

/**
 * The whole command line.
 *
 * @param options.silent a usage error is thrown, and not written as well
 */
export function createProgram(options: { silent?: boolean } = {}): CommandUnknownOpts {
  const program = new Command("energylive")
    .description("Devices, keys, measurements, energy and the dead-letter queue of the energyLIVE collector.")
    .helpOption("-h, --help", "show this help")
    .helpCommand(false)
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
  defineStart(program);
  defineDevices(program);
  defineKeys(program);
  defineQuery(program);
  defineLatest(program);
  defineTail(program);
  defineWatch(program);
  defineExport(program);
  defineImport(program);
  defineArchive(program);
  defineEnergy(program);
  defineProfiles(program);
  definePrices(program);
  defineTariffs(program);
  defineAlerts(program);
  defineChannels(program);
  defineReport(program);
  definePoll(program);
  defineDlq(program);
  defineDashboard(program);
  defineTokens(program);
  defineMqtt(program);
  defineBackup(program);
  defineRestore(program);
  defineDoctor(program);
  defineHelp(program);
  return program;
}

/** Commander's own takes only one word: `help devices add` would show the help of `devices`. */
function defineHelp(program: CommandUnknownOpts): void {
  documented(
    program.command("help").description("show the help of a command").argument("[command...]", "its words"),
    {
      examples: [["help devices add", "the same as devices add --help"]],
    },
  ).action((words) => {
    let command: CommandUnknownOpts = program;
    for (const word of words) {
      const below = command.commands.find((candidate) => candidate.name() === word);
      if (below === undefined)
        command.error(`error: unknown command '${word}'`, { code: "commander.unknownCommand" });
      else command = below;
    }
    command.outputHelp();
  });
}

/** Commander's text about an unknown option: its value may be a key. */
export function withoutValues(text: string): string {
  return text.replaceAll(/(unknown option '[^'=]*)=[^']*'/g, "$1=…'");
}
