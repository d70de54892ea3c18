import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import {
  CHANNEL_KINDS,
  type Channel,
  describeChannel,
  type ParsedChannel,
} from "@energylive/core/notify/channel";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { commandFor } from "../stage/stage.ts";
import { table } from "../terminal/table.ts";

/** `energylive channels list` */
export function defineList(channels: CommandUnknownOpts): void {
  documented(withCommonOptions(channels.command("list").description("the channels, without their secrets")), {
    examples: [["channels list", "a table"]],
    json: "an array of { name, kind, … } with the fields that are set, or { name, problem }",
  }).action((options) => run(options, list));
}

async function list({ open, output }: Context): Promise<void> {
  const stage = await open();
  const found = await (await stage.channels()).list();
  await output.result(
    found.map(shownChannel),
    found.length === 0
      ? `There are no channels: nobody is told of alerts. ${commandFor(stage, "channels set --help")} says how.`
      : table(
          [
            { title: "name" },
            { title: "goes to", shrinks: true },
            { title: "language" },
            { title: "quiet" },
            { title: "reports" },
          ],
          found.map(({ name, channel, problem }) =>
            channel === undefined
              ? [name, `cannot be used: ${problem}`, "", "", ""]
              : [
                  name,
                  describeChannel(channel),
                  channel.language,
                  channel.quiet_hours ?? "",
                  channel.reports.length === 0 ? "" : `${channel.reports.join(", ")} (${channel.reports_of})`,
                ],
          ),
        ),
  );
}

/** Everything but the secret. */
export function shownChannel({ name, channel, problem }: ParsedChannel): Record<string, unknown> {
  if (channel === undefined) return { name, problem };
  const fields: [string, unknown][] = Object.entries(channel);
  return Object.fromEntries(fields.filter(([field]) => field !== secretOf(channel)));
}

export function secretOf({ kind }: Pick<Channel, "kind">): string | undefined {
  return CHANNEL_KINDS[kind].secret;
}
