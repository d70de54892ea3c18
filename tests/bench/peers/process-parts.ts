import { createWriteStream } from "node:fs";

import { systemClock } from "@energylive/core/clock";
import { createLog } from "@energylive/core/log";
import { createSqs } from "@energylive/functions/clients";

import { stubConfig } from "./peer.ts";

/** What our handlers need besides, with the log of a function and no metrics. */
export function processParts(endpoint: string) {
  return {
    sqs: createSqs(stubConfig(endpoint)),
    clock: systemClock,
    random: Math.random,
    log: createLog({ level: "info", destination: createWriteStream("/dev/null") }),
    report: () => {},
  };
}
