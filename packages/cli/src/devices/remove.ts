import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { commandFor } from "../stage/stage.ts";
import { DEVICE_ARGUMENT, deviceNamed, openRegistry, unknownDevice } from "./registry.ts";

/** `energylive devices remove` */
export function defineRemove(devices: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      devices
        .command("remove")
        .description(
          "stop collecting a device and forget its configuration; its measurements stay, and npm start does not add it again",
        )
        .argument("<device>", DEVICE_ARGUMENT),
    ),
    {
      examples: [["devices remove I-10082023-01658401", "its measurements can still be queried"]],
      json: "{ device_id, removed: true }",
    },
  ).action((id, options) => run(options, (context) => removeDevice(context, id)));
}

async function removeDevice({ open, output }: Context, text: string): Promise<void> {
  const stage = await open();
  const registry = await openRegistry(stage);
  const id = await deviceNamed(registry, text);
  if (!(await registry.remove(id))) throw unknownDevice(id);
  await output.result(
    { device_id: id, removed: true },
    `Removed ${id}: it is no longer polled.\nIts measurements stay until their retention ends; ${commandFor(stage, `query ${id}`)} still shows them.`,
  );
}
