import { BUNDLE } from "./bundle.ts";
import { settings } from "./settings.ts";

/** What all functions have in common. */

/** Lambda's own level drops lines below it, `info` by default. Ours decides what is written at all. */
export function writeEveryLevel(args: aws.lambda.FunctionArgs): undefined {
  args.loggingConfig = $output(args.loggingConfig).apply((logging) => ({
    logFormat: "JSON",
    ...logging,
    applicationLogLevel: "DEBUG",
  }));
}

export const shared = {
  runtime: "nodejs24.x",
  architecture: "arm64",
  nodejs: BUNDLE,
  logging: { format: "json", retention: settings.logRetention },
} as const;

export const withoutMetrics = {
  STAGE: $app.stage,
  LOG_LEVEL: settings.logLevel,
  /** Set it to `true` in the console for an hour; it wins over LOG_LEVEL. */
  DEBUG: "false",
};

export const sharedEnvironment = {
  ...withoutMetrics,
  /** Read by Powertools. */
  POWERTOOLS_METRICS_DISABLED: String(settings.monitoring === "off"),
};
