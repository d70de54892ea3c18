import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { documented } from "../command.ts";
import { defineExport } from "./export.ts";
import { defineList } from "./list.ts";
import { definePurge } from "./purge.ts";
import { defineRedrive } from "./redrive.ts";
import { defineShow } from "./show.ts";

/** `energylive dlq …` */
export function defineDlq(program: CommandUnknownOpts): void {
  const dlq = documented(
    program.command("dlq").description("the dead-letter queues: what could not be stored, and why"),
    {
      examples: [
        ["dlq list", "what is in it, by reason"],
        ["dlq redrive --reason unknown_version", "try again, after fixing the cause"],
      ],
    },
  );
  defineList(dlq);
  defineShow(dlq);
  defineRedrive(dlq);
  defineExport(dlq);
  definePurge(dlq);
}
