import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { commandFor } from "../stage/stage.ts";
import { localTime } from "../terminal/measurement-table.ts";
import { table } from "../terminal/table.ts";
import { devicesByKey } from "./usage.ts";

/** `energylive keys list` */
export function defineList(keys: CommandUnknownOpts): void {
  documented(
    withCommonOptions(keys.command("list").description("names and dates, and how many devices use each")),
    {
      examples: [["keys list", "a table"]],
      json: "[{ name, set_at, devices }]; devices counts those that name the key",
    },
  ).action((options) => run(options, (context) => listKeys(context)));
}

/** Names and dates, never values. */
async function listKeys({ open, output }: Context): Promise<void> {
  const stage = await open();
  const { vault, defaultKeyAdvice } = await stage.keys();
  const [entries, usage] = [await vault.list(), await devicesByKey(stage)];
  const listed = entries.map(({ name, set_at = null }) => ({
    name,
    set_at,
    devices: usage.get(name)?.length ?? 0,
  }));
  const rows = listed.map(({ name, set_at, devices }) => [
    name,
    set_at === null ? "unknown" : localTime(Date.parse(set_at)),
    String(devices),
  ]);
  const columns = [{ title: "name" }, { title: "set" }, { title: "devices", align: "right" as const }];
  const advice = defaultKeyAdvice ?? `${commandFor(stage, "keys set default")} adds the first`;
  const text = rows.length === 0 ? `There are no keys yet; ${advice}.` : table(columns, rows);
  await output.result(listed, text);
}
