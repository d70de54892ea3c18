import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { EnergyLiveApiError } from "@energylive/core/energylive/errors";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { FailedError } from "../errors.ts";
import { openApi } from "../stage/api.ts";
import { commandFor } from "../stage/stage.ts";
import { colours } from "../terminal/output.ts";
import { table } from "../terminal/table.ts";
import { openRegistry } from "./registry.ts";

/** How many devices the list shows at once. */
const CHOICES_AT_ONCE = 15;

interface DiscoverOptions {
  key: string;
  yes?: true | undefined;
}

interface Discovered {
  device_id: string;
  /** It was already in the devices table. */
  known: boolean;
  added: boolean;
}

/** `energylive devices discover` */
export function defineDiscover(devices: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      devices
        .command("discover")
        .description("list the devices that a key may read, and add the chosen ones")
        .option("--key <name>", "the name of the key to ask with", "default")
        .option("--yes", "add all new ones without asking"),
    ),
    {
      examples: [
        ["devices discover", "choose from a list"],
        ["devices discover --key mother --yes", "add all devices of another account"],
      ],
      json: "{ key, devices: [{ device_id, known, added }] }",
      notes: ["Without a terminal and without --yes it only lists."],
    },
  ).action((options) => run(options, (context) => discoverDevices(context, options)));
}

/**
 * Lists the account's devices and adds the chosen ones: all with `--yes`, those a person picks on a terminal, otherwise
 * none.
 */
async function discoverDevices(context: Context, options: DiscoverOptions): Promise<void> {
  const { open, output } = context;
  const stage = await open();
  const registry = await openRegistry(stage);
  const ids = await accountDevices(context, options.key);
  const known = new Set<string>();
  for await (const { config } of registry.all()) known.add(String(config.device_id));
  const found: Discovered[] = ids.map((id) => ({ device_id: id, known: known.has(id), added: false }));
  const news = found.filter((device) => !device.known);
  for (const device of await chosen(context, found, options)) {
    const key = options.key === "default" ? {} : { api_key: options.key };
    device.added = await registry.add({ device_id: device.device_id, ...key });
  }
  await output.result({ key: options.key, devices: found }, listText(found));
  const left = news.filter(({ added }) => !added).length;
  if (left > 0 && options.yes !== true && !output.isInteractive) {
    output.note(
      `${left} can be added: ${commandFor(stage, "devices discover --yes")} adds all, devices add ID one.`,
    );
  }
}

async function accountDevices({ open }: Context, key: string): Promise<string[]> {
  const stage = await open();
  try {
    const [api, { source }] = [await openApi(stage), await stage.keys()];
    return await api.devices(await source(key));
  } catch (error) {
    if (error instanceof EnergyLiveApiError && error.code === "forbidden")
      throw new FailedError(`the API refuses the key "${key}"`, {
        advice: "check it in the customer portal, then set it again",
        cause: error,
      });
    throw error;
  }
}

async function chosen(
  { output }: Context,
  found: readonly Discovered[],
  { yes }: DiscoverOptions,
): Promise<readonly Discovered[]> {
  const news = found.filter((device) => !device.known);
  if (yes === true) return news;
  if (!output.isInteractive || news.length === 0) return [];
  const { checkbox } = await import("@inquirer/prompts");
  return checkbox({
    message: "Which devices do you want to collect?",
    pageSize: CHOICES_AT_ONCE,
    // Devices that can be chosen come first: the cursor starts there.
    choices: [...news, ...found.filter(({ known }) => known)].map((device) => ({
      name: device.device_id,
      value: device,
      disabled: device.known ? "collected already" : false,
    })),
  });
}

function listText(found: readonly Discovered[]): string {
  if (found.length === 0) return "The account has no devices: add one in the customer portal first.";
  const rows = found.map(({ device_id, known, added }) => [
    device_id,
    added ? colours.green("added") : known ? colours.dim("collected already") : "not collected",
  ]);
  return table([{ title: "device" }, { title: "" }], rows);
}
