import { join, resolve } from "node:path";

import { systemClock } from "@energylive/core/clock";
import { DEFAULT_KEY_NAME } from "@energylive/core/device/device";
import type { LogLevel } from "@energylive/core/log";
import { LoggingEnvironment, logLevel, parseEnvironment } from "@energylive/core/settings/environment";
import { EMBEDDED_STAGE } from "@energylive/local/embedded-stage";
import { keyFile, readKeyValue } from "@energylive/local/key-file";
import { type Stack, startStack } from "@energylive/local/stack";
import { type StackFile, writeStackFile } from "@energylive/local/stack-file";
import { ensureAssets } from "@energylive/web/build";

import { readNetwork } from "../dashboard/network.ts";
import { DEFAULT_DASHBOARD_PORT, type OpenedDashboard, openDashboard } from "../dashboard/open.ts";
import { keptToken } from "../dashboard/token.ts";
import { loadDotEnv } from "../dot-env.ts";
import { EXIT_DONE, EXIT_FAILED } from "../errors.ts";
import { DEFAULT_DISCOVERY } from "../mqtt/command.ts";
import { startMqtt } from "../mqtt/publisher.ts";
import { announceStack } from "../stage/announced.ts";
import { openRunning } from "../stage/running.ts";
import { addExampleTariffs } from "../tariffs/examples.ts";
import type { Output } from "../terminal/output.ts";
import { addDevices } from "./discovery.ts";
import { makeFolder } from "./folder.ts";
import { runLive } from "./live.ts";
import { createLogging } from "./logging.ts";
import { forgetNotes } from "./notes.ts";
import { pollOnce, writeJson, writeTable } from "./once.ts";
import { readOptions, type StartFlags, type StartOptions } from "./options.ts";
import { beginPast, writePast } from "./past.ts";
import { openSource } from "./source.ts";

const PROFILE_DELAY_SECONDS = 5;

/** Under npm one Ctrl-C reaches this process twice: from the terminal, and passed on by npm. */
const SAME_SIGNAL_MS = 1_000;

/** Runs the collector on this machine until it is stopped, or has polled once. */
export async function start(flags: StartFlags, output: Output): Promise<number> {
  loadDotEnv(".");
  const stopping = stopOnSignal(flags.once === true);
  let outcome = await run(flags, output, stopping);
  // What was asked for simulated households is not for an account: not to begin anew, and not to poll every second.
  if (outcome === "own key") {
    const { data, dashboard, port, host, passwordFile, certificate, certificateKey } = flags;
    const kept = { data, dashboard, port, host, passwordFile, certificate, certificateKey };
    outcome = await run({ ...kept, past: false }, output, stopping);
  }
  return outcome === "own key" ? EXIT_DONE : outcome;
}

/** @returns `own key` if a person gave a key for their own devices while households were simulated */
async function run(flags: StartFlags, output: Output, stopping: AbortSignal): Promise<number | "own key"> {
  const dataFolder = resolve(flags.data);
  const keptKey = await readKeyValue(keyFile(join(dataFolder, "account")), DEFAULT_KEY_NAME);
  const options = readOptions(flags, process.env, keptKey);
  // Simulated households and an account's own devices never share a folder.
  const folder = await makeFolder(dataFolder, options.source.kind);
  const showsScreen = !options.once && process.stdout.isTTY;
  const logFile = showsScreen ? join(folder, "energylive.log") : undefined;
  const { log, warnings } = createLogging({ level: levelFor(options), file: logFile });
  const ownKey = new AbortController();
  const ending = AbortSignal.any([stopping, ownKey.signal]);
  ending.addEventListener("abort", () => log.info({ event: "stopping", reason: ending.reason }), {
    once: true,
  });

  // Stops in reverse order what was started.
  await using started = new AsyncDisposableStack();
  let dashboard: OpenedDashboard | undefined;
  const source = await openSource(options.source);
  started.defer(() => source.close());
  const stack = await startStack({
    folder,
    fresh: options.fresh,
    api: source.api,
    priceUrl: source.priceUrl,
    isSimulated: source.kind === "simulated",
    // On this machine a write costs nothing, and a person wants to see today's energy.
    profileDelaySeconds: options.once ? 0 : PROFILE_DELAY_SECONDS,
    dashboardUrl: () => dashboard?.origin,
    log,
    variables: process.env,
  });
  started.defer(() => stack.stop());
  const file = stackFile(stack, options);
  await writeStackFile(dataFolder, file);
  started.defer(await announceStack(dataFolder));
  if (options.fresh) await forgetNotes(folder);
  const { isNew } = await addDevices(stack, source, folder, log);
  if (isNew && source.kind === "simulated") await addExampleTariffs(stack);
  if (isNew && options.past && source.kind === "simulated") await beginPast(folder, Date.now());
  if (options.once) return await Promise.race([once(stack, output), stack.failed]);
  if (options.dashboard !== false) {
    const stage = openRunning({ folder, file }, { activity: stack.activity });
    started.defer(() => stage.close());
    // Built by the time someone opens the address; an earlier visitor waits for the build.
    const built = ensureAssets();
    built.catch((error) => log.warn({ event: "dashboard_not_built", error }));
    const network = await readNetwork(options.dashboard, dataFolder);
    dashboard = await openDashboard(stage, {
      port: options.dashboard.port,
      network,
      log,
      assets: () => built.catch(() => ensureAssets()),
      token: await keptToken(dataFolder),
      useOwnKey: source.kind === "simulated" ? () => ownKey.abort("own key") : undefined,
    });
    const { close, isElsewhere, origin } = dashboard;
    started.defer(close);
    await writeStackFile(dataFolder, { ...file, dashboardOrigin: origin });
    if (network?.fingerprint !== undefined)
      log.info({ event: "certificate_made_here", fingerprint: network.fingerprint });
    if (isElsewhere) log.warn({ event: "dashboard_port_taken", port: DEFAULT_DASHBOARD_PORT });
  }
  if (options.mqttUrl !== undefined) {
    const publisher = startMqtt({
      url: options.mqttUrl,
      stage: EMBEDDED_STAGE,
      discovery: DEFAULT_DISCOVERY,
      registry: stack.devices,
      isRunning: true,
      everyMs: options.intervalSeconds * 1_000,
      clock: systemClock,
      log,
    });
    started.defer(() => publisher.stop());
  }
  await runLive({
    stack,
    source,
    dashboard: dashboard?.url,
    writePast: (onProgress) =>
      writePast({ stack, folder, devices: source.simulated, log, signal: ending }, onProgress),
    intervalSeconds: options.intervalSeconds,
    warnings,
    output: process.stdout,
    log,
    signal: ending,
  });
  return stopping.aborted || !ownKey.signal.aborted ? EXIT_DONE : "own key";
}

async function once(stack: Stack, output: Output): Promise<number> {
  const report = await pollOnce(stack);
  const write = (text: string) => void process.stdout.write(text);
  await (output.json ? writeJson : writeTable)(stack, report, write);
  for (const problem of report.problems) output.note(problem);
  return report.problems.length === 0 ? EXIT_DONE : EXIT_FAILED;
}

function stackFile(stack: Stack, { source }: StartOptions): StackFile {
  const { kind } = source;
  const simulated = kind === "simulated" ? { simulatedDevices: source.devices } : {};
  return { pid: process.pid, kind, ...stack.endpoints, ...simulated };
}

/** With `--once` and without `--json` a person reads the table, and only problems are logged. */
function levelFor(options: StartOptions): LogLevel {
  const LOG_LEVEL = process.env.LOG_LEVEL || (options.once && !options.json ? "error" : "info");
  return logLevel(parseEnvironment(LoggingEnvironment, { ...process.env, LOG_LEVEL }));
}

/** @param atOnce ends the process without finishing what is in flight */
function stopOnSignal(atOnce: boolean): AbortSignal {
  const stopping = new AbortController();
  let firstAt = Number.POSITIVE_INFINITY;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      // `--once`, or a second Ctrl-C from a person who does not want to wait. Queued messages stay on disk.
      if (atOnce || Date.now() - firstAt > SAME_SIGNAL_MS) process.exit(EXIT_FAILED);
      if (stopping.signal.aborted) return;
      firstAt = Date.now();
      stopping.abort(signal);
    });
  }
  return stopping.signal;
}
