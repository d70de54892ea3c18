import { describeChannel } from "@energylive/core/notify/channel";

import { commandFor, type Stage } from "../stage/stage.ts";
import { type Check, note, ok, wrong } from "./check.ts";

/** Whether everybody can be told who is to be told. */
export async function checkChannels(stage: Stage, used: ReadonlySet<string>): Promise<Check[]> {
  const found = await (await stage.channels()).list();
  const known = new Set(found.map(({ name }) => name));
  const missing = [...used].filter((name) => !known.has(name)).sort();
  const checks = found.map(({ name, channel, problem }) =>
    channel === undefined
      ? wrong(`channel ${name}`, `cannot be used: ${problem}`, commandFor(stage, `channels set ${name} …`))
      : ok(`channel ${name}`, describeChannel(channel)),
  );
  const unknown = missing.map((name) =>
    wrong(
      `channel ${name}`,
      "devices name it, and it is not there",
      `${commandFor(stage, `channels set ${name} …`)} adds it, or change the devices' field channels`,
    ),
  );
  if (checks.length + unknown.length > 0) return [...checks, ...unknown];
  return [
    note(
      "channels",
      `nobody is told of alerts: ${commandFor(stage, "channels set --help")} says how to add one`,
    ),
  ];
}
