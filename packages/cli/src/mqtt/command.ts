import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { systemClock } from "@energylive/core/clock";
import { createLog } from "@energylive/core/log";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { openRegistry } from "../devices/registry.ts";
import { UsageError } from "../errors.ts";
import { logDestination } from "../terminal/log.ts";
import { parseDuration } from "../terminal/time.ts";
import { startMqtt } from "./publisher.ts";

/** Unless somebody has changed it. */
export const DEFAULT_DISCOVERY = "homeassistant";

const PROTOCOLS = new Set(["mqtt:", "mqtts:", "ws:", "wss:"]);

/** `energylive mqtt` */
export function defineMqtt(program: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      program
        .command("mqtt")
        .description("publish every device to an MQTT broker, for Home Assistant and others, until Ctrl-C")
        .argument("[url]", "of the broker (default: ENERGYLIVE_MQTT_URL)")
        .option("--every <duration>", "how often it looks for new values", "10s")
        .option("--discovery <prefix>", "Home Assistant's prefix of discovery", DEFAULT_DISCOVERY),
    ),
    {
      examples: [
        ["mqtt mqtt://homeassistant.local", "of the running stack"],
        ["mqtt mqtts://broker.example.com --stage production", "of a deployed stage"],
      ],
      json: "nothing; it logs",
      notes: [
        "npm start publishes by itself if ENERGYLIVE_MQTT_URL is set, also in .env. A user and a password belong into that variable, where no other user of the machine sees them: ENERGYLIVE_MQTT_URL=mqtt://user:password@homeassistant.local. Each type of a device becomes a sensor of Home Assistant by itself; a broker that was away gets every device again. docs/home.md says more.",
      ],
    },
  ).action((url, options) => run(options, (context) => publish(context, url, options)));
}

async function publish(
  { open, output, untilStopped }: Context,
  given: string | undefined,
  options: { every: string; discovery: string },
): Promise<void> {
  const url = mqttUrl(given ?? process.env.ENERGYLIVE_MQTT_URL ?? "");
  const everyMs = parseDuration(options.every, "s", "--every") * 1_000;
  const stage = await open();
  const signal = untilStopped();
  const publisher = startMqtt({
    url,
    stage: stage.name,
    discovery: options.discovery,
    registry: await openRegistry(stage),
    isRunning: stage.isRunning,
    everyMs,
    clock: systemClock,
    log: createLog({ level: "info", destination: logDestination() }),
  });
  output.note(`Publishing ${stage.label} to ${new URL(url).host}. Ctrl-C stops.`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await publisher.stop();
}

/** @throws {UsageError} that never quotes it: it may have a password */
export function mqttUrl(text: string): string {
  if (text === "")
    throw new UsageError("name a broker, such as mqtt://homeassistant.local, or set ENERGYLIVE_MQTT_URL");
  if (URL.canParse(text) && PROTOCOLS.has(new URL(text).protocol)) return text;
  throw new UsageError("the broker's URL is not one such as mqtt://homeassistant.local:1883", {
    advice: "mqtt://, mqtts://, ws:// or wss://",
  });
}
