import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { DEVICE_ARGUMENT, deviceNamed, openRegistry, unknownDevice } from "../devices/registry.ts";
import { EXIT_FAILED, UsageError } from "../errors.ts";
import { commandFor } from "../stage/stage.ts";
import { localTime } from "../terminal/measurement-table.ts";
import { parseDuration } from "../terminal/time.ts";

/** `energylive alerts test` and `energylive alerts mute` */
export function defineTell(alerts: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      alerts
        .command("test")
        .description("send a test, and say what each channel answered")
        .argument("[channel...]", "the channels (default: all)"),
    ),
    {
      examples: [
        ["alerts test", "to every channel"],
        ["alerts test phone", "to one"],
      ],
      json: "an array of { channel, goes_to, problem }; problem is null where it was taken",
      notes: ["Sent by what tells of alerts, in the way it does. Exits with 1 if a channel did not take it."],
    },
  ).action((channels, options) => run(options, (context) => test(context, channels)));
  documented(
    withCommonOptions(
      alerts
        .command("mute")
        .description("tell nobody of a device's alerts for some time; they are recorded as ever")
        .argument("<device>", DEVICE_ARGUMENT)
        .argument("<duration>", "like 8h or 14d; off ends it"),
    ),
    {
      examples: [
        ["alerts mute I-10082023-01658401 14d", "during a holiday"],
        ["alerts mute I-10082023-01658401 off", "again from now on"],
      ],
      json: "{ device_id, muted_until }; muted_until is null when it is off",
      notes: ["What begins in that time is not told later, either."],
    },
  ).action((device, duration, options) => run(options, (context) => mute(context, device, duration)));
}

async function test({ open, output }: Context, names: readonly string[]): Promise<number> {
  const stage = await open();
  const results = await stage.testChannels(names);
  await output.result(
    results,
    results.length === 0
      ? `There are no channels yet: ${commandFor(stage, "channels set --help")} says how to add one.`
      : results
          .map(({ channel, goes_to, problem }) =>
            problem === null ? `${channel}: taken (${goes_to})` : `${channel}: not taken: ${problem}`,
          )
          .join("\n"),
  );
  return results.length > 0 && results.every(({ problem }) => problem === null) ? 0 : EXIT_FAILED;
}

async function mute({ open, output }: Context, text: string, duration: string): Promise<void> {
  const seconds = duration === "off" ? undefined : parseDuration(duration, "s", "the duration");
  if (seconds === 0) throw new UsageError("a duration of nothing mutes nothing: give 8h, 14d or off");
  const registry = await openRegistry(await open());
  const id = await deviceNamed(registry, text);
  const until = seconds === undefined ? undefined : new Date(Date.now() + seconds * 1000).toISOString();
  const edit =
    until === undefined ? { set: {}, remove: ["muted_until"] } : { set: { muted_until: until }, remove: [] };
  if (!(await registry.edit(id, edit))) throw unknownDevice(id);
  await output.result(
    { device_id: id, muted_until: until ?? null },
    until === undefined
      ? `${id} is not muted any more.`
      : `Nobody is told of alerts of ${id} until ${localTime(Date.parse(until))}.`,
  );
}
