import { UsageError } from "../errors.ts";
import type { Output } from "../terminal/output.ts";
import type { Target } from "./stage.ts";

export interface TargetOptions {
  stage?: string | undefined;
  data?: string | undefined;
  debug?: true | undefined;
}

/** The deployed stage that is named, here or by ENERGYLIVE_STAGE, or else the running or last embedded stack. */
export async function openTarget(options: TargetOptions, output: Output): Promise<Target> {
  const { data } = options;
  if (options.stage !== undefined && data !== undefined)
    throw new UsageError("--data is a folder of the embedded stack, and --stage a deployed one", {
      advice: "give one of them",
    });
  // What is typed counts for more than what is set.
  const stage = options.stage ?? (data === undefined ? (process.env.ENERGYLIVE_STAGE ?? "") : "");
  // Each loads what it needs: an embedded stack no Lambda client, a deployed one no database.
  if (stage !== "") return (await import("./deployed.ts")).openDeployed(stage);
  return (await import("./embedded.ts")).openEmbedded(data, output, options.debug === true);
}
