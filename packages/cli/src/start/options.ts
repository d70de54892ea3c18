import { ENERGYLIVE_API_URL } from "@energylive/core/settings/environment";
import { DEFAULT_INTERVAL_SECONDS } from "@energylive/core/settings/pipeline";

import { checkNetwork, type NetworkFlags } from "../dashboard/network.ts";
import { parsePort } from "../dashboard/open.ts";
import { UsageError } from "../errors.ts";
import { mqttUrl } from "../mqtt/command.ts";
import { numberOf } from "../terminal/number.ts";
import { DEFAULT_DEMO_DEVICES, type SourceOptions } from "./source.ts";

/** Simulated meters have a new value every five to thirty seconds, and a demo should move while someone watches. */
export const DEFAULT_SIMULATED_INTERVAL_SECONDS = 5;

const MAX_DEMO_DEVICES = 100_000;
const MAX_INTERVAL_SECONDS = 86_400;

/** The options of `energylive start` as typed. */
export interface StartFlags extends NetworkFlags {
  once?: true | undefined;
  json?: true | undefined;
  fresh?: true | undefined;
  past: boolean;
  simulated?: true | undefined;
  data: string;
  devices?: string | undefined;
  interval?: string | undefined;
  apiUrl?: string | undefined;
  port?: string | undefined;
  dashboard: boolean;
}

export interface StartOptions {
  once: boolean;
  json: boolean;
  fresh: boolean;
  /** Whether simulated households of a new folder get a past. */
  past: boolean;
  intervalSeconds: number;
  /** `false`: no dashboard. Without `port`: the default, or a free one. */
  dashboard: ({ port: number | undefined } & NetworkFlags) | false;
  source: SourceOptions;
  /** The broker that every device is published to. */
  mqttUrl: string | undefined;
}

/**
 * @param keptKey the account's key that `energylive keys set default` has kept, which the environment's replaces
 * @throws {UsageError}
 */
export function readOptions(
  flags: StartFlags,
  variables: Readonly<Record<string, string | undefined>>,
  keptKey: string | undefined,
): StartOptions {
  if (flags.json === true && flags.once !== true) throw new UsageError("--json needs --once");
  const source = readSource(flags, variables, keptKey);
  const port = parsePort(flags.port);
  const { host, passwordFile, certificate, certificateKey } = flags;
  if ((port ?? host) !== undefined && !flags.dashboard)
    throw new UsageError(
      "--port and --host are the dashboard's, and --no-dashboard leaves it out: give one of them",
    );
  checkNetwork(flags);
  const defaultInterval =
    source.kind === "simulated" ? DEFAULT_SIMULATED_INTERVAL_SECONDS : DEFAULT_INTERVAL_SECONDS;
  return {
    once: flags.once ?? false,
    json: flags.json ?? false,
    fresh: flags.fresh ?? false,
    past: flags.past,
    intervalSeconds:
      flags.interval === undefined
        ? defaultInterval
        : numberOf("--interval", flags.interval, 1, MAX_INTERVAL_SECONDS),
    dashboard: flags.dashboard && { port, host, passwordFile, certificate, certificateKey },
    source,
    mqttUrl: variables.ENERGYLIVE_MQTT_URL ? mqttUrl(variables.ENERGYLIVE_MQTT_URL) : undefined,
  };
}

function readSource(
  { apiUrl, devices: text, simulated }: StartFlags,
  variables: Readonly<Record<string, string | undefined>>,
  keptKey: string | undefined,
): SourceOptions {
  const given = variables.ENERGYLIVE_API_KEY || undefined;
  const value = simulated === true ? undefined : (given ?? keptKey);
  const devices = text === undefined ? undefined : numberOf("--devices", text, 1, MAX_DEMO_DEVICES);
  if (value === undefined) {
    if (apiUrl !== undefined)
      throw new UsageError("another API needs a key: set ENERGYLIVE_API_KEY, or leave --api-url out");
    return { kind: "simulated", devices: devices ?? DEFAULT_DEMO_DEVICES };
  }
  if (devices !== undefined)
    throw new UsageError(
      "--devices is for simulated households, and there is a key, so your own devices are polled",
      { advice: "add --simulated to leave the key alone" },
    );
  const url = apiUrl ?? variables.ENERGYLIVE_API_URL ?? "";
  if (url !== "" && !URL.canParse(url)) throw new UsageError(`--api-url "${url}" is not a URL`);
  return {
    kind: "account",
    url: url === "" ? ENERGYLIVE_API_URL : url,
    key: { value, isKept: given === undefined },
  };
}
