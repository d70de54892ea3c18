import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { ParsedTariff, Tariff } from "@energylive/core/tariff/tariff";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { openRegistry } from "../devices/registry.ts";
import { FailedError } from "../errors.ts";
import { counted } from "../terminal/number.ts";
import { table } from "../terminal/table.ts";
import { openTariffs, validTariffs } from "./store.ts";

/** `energylive tariffs list` */
export function defineList(tariffs: CommandUnknownOpts): void {
  documented(
    withCommonOptions(tariffs.command("list").description("the tariffs, their versions and their devices")),
    {
      examples: [["tariffs list", "names, dates, and how many devices name them"]],
      json: "an array of { tariff, valid_from, energy, devices, problems? }",
    },
  ).action((options) => run(options, list));
}

/** `energylive tariffs show` */
export function defineShow(tariffs: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      tariffs
        .command("show")
        .description("all versions of a tariff, as a file for `tariffs set`")
        .argument("<name>", "the tariff"),
    ),
    { examples: [["tariffs show home > home.json", "to change it"]], json: "an array of its versions" },
  ).action((name, options) => run(options, (context) => show(context, name)));
}

async function list({ open, output }: Context): Promise<void> {
  const stage = await open();
  const parsed = await (await openTariffs(stage)).all();
  const users = new Map<string, number>();
  for await (const { device } of (await openRegistry(stage)).all())
    if (device?.tariff !== undefined) users.set(device.tariff, (users.get(device.tariff) ?? 0) + 1);
  const entries = parsed.map((each) => entryOf(each, users));
  await output.result(
    entries,
    entries.length === 0
      ? "No tariff yet: energylive tariffs set NAME --file FILE adds one (docs/tariffs.md has examples)."
      : table(
          [
            { title: "tariff" },
            { title: "valid from" },
            { title: "energy" },
            { title: "devices", align: "right" },
          ],
          entries.map(({ tariff, valid_from, energy, devices, problems }) => [
            tariff,
            valid_from,
            problems === undefined ? energy : `not valid: ${problems.join("; ")}`,
            String(devices),
          ]),
        ),
  );
  const known = new Set(entries.map(({ tariff }) => tariff));
  for (const name of users.keys())
    if (!known.has(name))
      output.note(
        `The tariff "${name}" is not there, but named by ${counted(users.get(name) ?? 0, "device")}.`,
      );
  const outdated = outdatedTariffs(parsed, new Date().getFullYear());
  if (outdated.length > 0)
    output.note(
      `The newest values of ${outdated.join(", ")} are of a year that has passed: levies and grid charges change every year.`,
    );
}

/** Tariffs whose newest version is of an earlier year. */
export function outdatedTariffs(parsed: readonly ParsedTariff[], year: number): string[] {
  const newest = new Map(
    parsed.flatMap(({ tariff }) =>
      tariff === undefined ? [] : [[tariff.tariff, tariff.valid_from] as const],
    ),
  );
  return [...newest].filter(([, from]) => from < String(year)).map(([name]) => name);
}

function entryOf({ tariff, invalid }: ParsedTariff, users: ReadonlyMap<string, number>) {
  const { tariff: name, valid_from } = tariff ?? invalid;
  return {
    tariff: name,
    valid_from,
    energy: tariff === undefined ? "" : energyOf(tariff),
    devices: users.get(name) ?? 0,
    ...(invalid === undefined ? {} : { problems: invalid.problems }),
  };
}

function energyOf({ energy }: Tariff): string {
  switch (energy.kind) {
    case "fixed":
      return `${energy.ct} ct`;
    case "zones":
      return energy.zones.map(({ ct }) => `${ct} ct`).join(", ");
    case "spot":
      return `market${energy.factor === 1 ? "" : ` × ${energy.factor}`} + ${energy.markup_ct} ct`;
  }
}

async function show({ open, output }: Context, name: string): Promise<void> {
  const versions = validTariffs(await (await openTariffs(await open())).versions(name));
  if (versions.length === 0)
    throw new FailedError(`tariff "${name}" not found: energylive tariffs list shows the tariffs`);
  await output.write(`${JSON.stringify(versions, null, 2)}\n`);
}
