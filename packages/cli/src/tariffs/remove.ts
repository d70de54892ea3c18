import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { openRegistry } from "../devices/registry.ts";
import { FailedError } from "../errors.ts";
import { counted } from "../terminal/number.ts";
import { openTariffs } from "./store.ts";

/** `energylive tariffs remove` */
export function defineRemove(tariffs: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      tariffs
        .command("remove")
        .description("delete a tariff, or one of its versions; refused while a device names it")
        .argument("<name>", "the tariff")
        .option("--valid-from <date>", "only the version of this date"),
    ),
    {
      examples: [["tariffs remove home --valid-from 2025-01-01", "one version"]],
      json: "{ tariff, removed } with the number of versions",
    },
  ).action((name, options) => run(options, (context) => remove(context, name, options.validFrom)));
}

async function remove({ open, output }: Context, name: string, validFrom: string | undefined): Promise<void> {
  const stage = await open();
  const tariffs = await openTariffs(stage);
  const dates = (await tariffs.versions(name)).map(({ tariff, invalid }) => (tariff ?? invalid).valid_from);
  const removed = dates.filter((date) => validFrom === undefined || date === validFrom);
  if (removed.length === 0)
    throw new FailedError(
      `tariff "${name}"${validFrom === undefined ? "" : ` of ${validFrom}`} not found: energylive tariffs list shows the tariffs`,
    );
  if (removed.length === dates.length) {
    let users = 0;
    for await (const { device } of (await openRegistry(stage)).all()) if (device?.tariff === name) users += 1;
    if (users > 0)
      throw new FailedError(
        `the tariff "${name}" was not removed: ${counted(users, "device")} would lose it`,
        {
          advice: "give them another one first: energylive devices set ID tariff=NAME, or tariff= for none",
        },
      );
  }
  for (const date of removed) await tariffs.remove(name, date);
  await output.result(
    { tariff: name, removed: removed.length },
    `${counted(removed.length, "version")} of the tariff "${name}" removed.`,
  );
}
