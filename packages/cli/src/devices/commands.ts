import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { documented } from "../command.ts";
import { defineAdd } from "./add.ts";
import { defineDiscover } from "./discover.ts";
import { defineEnableAndDisable } from "./enable.ts";
import { defineExport } from "./export.ts";
import { defineImport } from "./import.ts";
import { defineList } from "./list.ts";
import { defineRemove } from "./remove.ts";
import { defineSet } from "./set.ts";
import { defineShow } from "./show.ts";

/** `energylive devices …` */
export function defineDevices(program: CommandUnknownOpts): void {
  const devices = documented(program.command("devices").description("the devices to poll"), {
    examples: [
      ["devices list", "how every device is doing"],
      ["devices add I-10082023-01658401", "start collecting a device"],
    ],
  });
  defineAdd(devices);
  defineDiscover(devices);
  defineList(devices);
  defineShow(devices);
  defineSet(devices);
  defineEnableAndDisable(devices);
  defineRemove(devices);
  defineImport(devices);
  defineExport(devices);
}
