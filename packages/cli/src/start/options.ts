import { parseArgs } from "node:util";

import { ENERGYLIVE_API_URL } from "@energylive/core/settings/environment";
import { DEFAULT_INTERVAL_SECONDS } from "@energylive/core/settings/pipeline";

/** Where the dashboard is when nothing else is: always the same, so that a bookmark works. */
export const DEFAULT_DASHBOARD_PORT = 8321;

/**
 * Who looks at the demo sees it move within ten seconds: a poll, and the two seconds in which a batch gathers. Simulated
 * meters have a new value every five to thirty seconds.
 */
const DEFAULT_SIMULATED_INTERVAL_SECONDS = 5;

export const HELP = `Collects energyLIVE measurements on this machine: the handlers as they are deployed, between
an embedded DynamoDB and SQS. Without ENERGYLIVE_API_KEY it polls a simulated energyLIVE API.

Usage
  npm start                     poll on the schedule and show what arrives, here and on the dashboard;
                                Ctrl-C stops
  npm start -- --once           poll every device once, wait until all is stored, show it

Options
  --once               one poll of every device, then exit: 0 when all is stored, 1 otherwise
  --devices N          demo devices of the simulated API (default 5)
  --interval SECONDS   how often to poll (default ${DEFAULT_SIMULATED_INTERVAL_SECONDS} simulated, ${DEFAULT_INTERVAL_SECONDS} with your key)
  --data DIR           where tables and queues lie (default .energylive)
  --fresh              begin with an empty folder: deletes what was collected there
  --api-url URL        another energyLIVE API; needs ENERGYLIVE_API_KEY
  --port N             the dashboard's port (default ${DEFAULT_DASHBOARD_PORT}, or a free one when that is taken)
  --no-dashboard       without the dashboard
  --json               with --once: one JSON object on standard output, logs on standard error
  --help               this text

Environment (or a file .env)
  ENERGYLIVE_API_KEY   your key: its devices are discovered, and the real API is polled
  LOG_LEVEL, POLL_CONCURRENCY, POLL_TIMEOUT_MS   see docs/configuration.md

Examples
  npm start -- --devices 20 --interval 10
  npm start -- --once --fresh --json
  ENERGYLIVE_API_KEY=… npm start -- --once
`;

/** The command was typed wrongly. The message says what to type instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export interface StartOptions {
  help: boolean;
  once: boolean;
  json: boolean;
  fresh: boolean;
  dataFolder: string;
  intervalSeconds: number;
  /** `false`: none. `port`: this one and no other; absent: the default, or a free one. */
  dashboard: { port?: number } | false;
  source: { kind: "simulated"; devices: number } | { kind: "account"; url: string; key: string };
}

const DEFAULT_DEMO_DEVICES = 5;
const MAX_DEMO_DEVICES = 100_000;
const MAX_INTERVAL_SECONDS = 86_400;
const MAX_PORT = 65_535;

/** @throws {UsageError} */
export function parseOptions(
  argv: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
): StartOptions {
  const values = parseFlags(argv);
  if (values.json === true && values.once !== true) throw new UsageError("--json needs --once");
  const source = parseSource(values, variables);
  const port = wholeNumber("--port", values.port, 1, MAX_PORT);
  const hasDashboard = values["no-dashboard"] !== true;
  if (port !== undefined && !hasDashboard)
    throw new UsageError("--port is the dashboard's, and --no-dashboard leaves it out: give one of them");
  const defaultInterval =
    source.kind === "simulated" ? DEFAULT_SIMULATED_INTERVAL_SECONDS : DEFAULT_INTERVAL_SECONDS;
  return {
    help: values.help ?? false,
    once: values.once ?? false,
    json: values.json ?? false,
    fresh: values.fresh ?? false,
    dataFolder: values.data ?? ".energylive",
    intervalSeconds: wholeNumber("--interval", values.interval, 1, MAX_INTERVAL_SECONDS) ?? defaultInterval,
    dashboard: hasDashboard && (port === undefined ? {} : { port }),
    source,
  };
}

function parseFlags(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        once: { type: "boolean" },
        json: { type: "boolean" },
        fresh: { type: "boolean" },
        help: { type: "boolean", short: "h" },
        devices: { type: "string" },
        interval: { type: "string" },
        data: { type: "string" },
        "api-url": { type: "string" },
        port: { type: "string" },
        "no-dashboard": { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function parseSource(
  values: { devices?: string; "api-url"?: string },
  variables: Readonly<Record<string, string | undefined>>,
): StartOptions["source"] {
  const key = variables.ENERGYLIVE_API_KEY ?? "";
  const url = values["api-url"] ?? variables.ENERGYLIVE_API_URL ?? "";
  const devices = wholeNumber("--devices", values.devices, 1, MAX_DEMO_DEVICES);
  if (key === "") {
    if (url !== "")
      throw new UsageError("another API needs a key: set ENERGYLIVE_API_KEY, or leave --api-url out");
    return { kind: "simulated", devices: devices ?? DEFAULT_DEMO_DEVICES };
  }
  if (devices !== undefined) {
    throw new UsageError(
      "--devices is for the simulated API; ENERGYLIVE_API_KEY is set, so your own devices are polled",
    );
  }
  if (url !== "" && !URL.canParse(url)) throw new UsageError(`--api-url "${url}" is not a URL`);
  return { kind: "account", url: url === "" ? ENERGYLIVE_API_URL : url, key };
}

function wholeNumber(
  flag: string,
  text: string | undefined,
  minimum: number,
  maximum: number,
): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= minimum && number <= maximum) return number;
  throw new UsageError(`${flag} takes a whole number from ${minimum} to ${maximum}, not "${text}"`);
}
