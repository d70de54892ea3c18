import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { systemClock } from "@energylive/core/clock";
import type { Device } from "@energylive/core/device/device";
import type { MeasurementHistory } from "@energylive/core/measurement/history";
import type { StoredMeasurement } from "@energylive/core/measurement/item";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { DEVICE_ARGUMENT, deviceNamed, findDevice, openRegistry } from "../devices/registry.ts";
import { FailedError } from "../errors.ts";
import type { Stage } from "../stage/stage.ts";
import { jsonLine, MEASUREMENT_JSON, tableRows } from "./format.ts";
import { openHistory, openLatest } from "./stores.ts";
import { resolveType, TYPE_NOTE } from "./type.ts";

/** How often to check for new measurements. */
const LOOK_MS = 1_000;

/** Checking takes at most this fraction of the time, so thousands of devices are not read over and over. */
const SHARE = 5;

/** Per device and type: the newest time shown, or stored before the start. */
type Shown = Map<string, Map<string, number>>;

/** `energylive tail` */
export function defineTail(program: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      program
        .command("tail")
        .description("new measurements as they are stored, until Ctrl-C")
        .argument("[device]", `${DEVICE_ARGUMENT} (default: all)`)
        .option("--type <type>", "only of this type"),
    ),
    {
      examples: [
        ["tail", "of all devices"],
        ["tail I-10082023-01658401 --type power", "one series"],
      ],
      json: `one line for each: ${MEASUREMENT_JSON}`,
      notes: [
        TYPE_NOTE,
        "For each series it shows what is newer than what it has shown. A measurement that is stored late, for example after a redrive, only appears in query.",
      ],
    },
  ).action((device, options) => run(options, (context) => tailMeasurements(context, device, options)));
}

/**
 * Shows what is stored from now on. A device's watermarks tell which types have something newer; what is published and not
 * stored yet is looked for until it is stored.
 */
async function tailMeasurements(
  context: Context,
  text: string | undefined,
  options: { type?: string | undefined },
): Promise<void> {
  const { output } = context;
  const stage = await context.open();
  if (!stage.isRunning)
    throw new FailedError(
      "nothing is stored while no stack is running: start it with npm start, then run tail again",
    );
  const id = text === undefined ? undefined : await deviceNamed(await openRegistry(stage), text);
  const history = await openHistory(stage);
  const type = options.type === undefined ? undefined : await resolveType(options.type, history);
  const shown = await alreadyThere(stage, id);
  const signal = context.untilStopped();
  output.note("Waiting for new measurements; Ctrl-C stops.");
  let isFirst = true;
  while (!signal.aborted) {
    const startedAt = systemClock.now();
    const fresh: StoredMeasurement[] = [];
    for await (const device of devicesOf(stage, id)) fresh.push(...(await freshOf(device, shown, history)));
    const wanted = fresh.filter(({ measurement_type }) => type === undefined || measurement_type === type);
    wanted.sort((a, b) => a.timestamp - b.timestamp);
    if (wanted.length > 0) {
      await output.write(
        output.json
          ? wanted.map((m) => `${jsonLine(m)}\n`).join("")
          : tableRows(wanted, { isFirst, ofOneDevice: id !== undefined }),
      );
      isFirst = false;
    }
    await systemClock.sleep(Math.max(LOOK_MS, (SHARE - 1) * (systemClock.now() - startedAt)), signal);
  }
}

async function* devicesOf(stage: Stage, id: string | undefined): AsyncGenerator<Device> {
  const registry = await openRegistry(stage);
  if (id === undefined) {
    for await (const { device } of registry.all()) if (device !== undefined) yield device;
  } else {
    const { device } = await findDevice(registry, id);
    if (device !== undefined) yield device;
  }
}

/** What is published but not stored yet counts as new. */
async function alreadyThere(stage: Stage, id: string | undefined): Promise<Shown> {
  const latest = await openLatest(stage);
  const shown: Shown = new Map();
  for await (const device of devicesOf(stage, id)) {
    const types = new Map(Object.entries(device.state.watermarks).map(([type, at]) => [type, at - 1]));
    for (const { measurement_type, timestamp } of await latest.ofEachType(device))
      types.set(measurement_type, timestamp);
    shown.set(device.device_id, types);
  }
  return shown;
}

async function freshOf(
  device: Device,
  shown: Shown,
  history: MeasurementHistory,
): Promise<StoredMeasurement[]> {
  const types = shown.get(device.device_id) ?? new Map<string, number>();
  shown.set(device.device_id, types);
  const waiting = Object.entries(device.state.watermarks).filter(([type, at]) => at > (types.get(type) ?? 0));
  if (waiting.length === 0) return [];
  const since = Math.min(...waiting.map(([type, at]) => types.get(type) ?? at)) + 1;
  const fresh: StoredMeasurement[] = [];
  for await (const measurement of history.ofDevice(device.device_id, { since: since - 1 })) {
    const { measurement_type, timestamp } = measurement;
    if (timestamp <= (types.get(measurement_type) ?? since - 1)) continue;
    fresh.push(measurement);
  }
  for (const { measurement_type, timestamp } of fresh)
    types.set(measurement_type, Math.max(timestamp, types.get(measurement_type) ?? 0));
  return fresh;
}
