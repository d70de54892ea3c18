import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { systemClock } from "@energylive/core/clock";
import type { LatestMeasurement } from "@energylive/core/energylive/latest";
import { jsonNumber } from "@energylive/core/json";
import { createKeyStore } from "@energylive/core/keys/store";
import { followDevice } from "@energylive/core/live/follow";
import { createLog } from "@energylive/core/log";
import { unitOf } from "@energylive/core/measurement/obis";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { DEVICE_ARGUMENT, findValidDevice } from "../devices/registry.ts";
import { openApi } from "../stage/api.ts";
import { logDestination } from "../terminal/log.ts";
import { tablePiece } from "../terminal/table.ts";
import { MEASUREMENT_COLUMNS, measurementRow } from "./format.ts";

/** `energylive watch` */
export function defineWatch(program: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      program
        .command("watch")
        .description("a device's values as it sends them, from the API itself, until Ctrl-C or for an hour")
        .argument("<device>", DEVICE_ARGUMENT),
    ),
    {
      examples: [["watch garage", "every value, the second it comes"]],
      json: "one line for each: { device_id, measurement_type, timestamp, value, unit? }",
      notes: [
        "Uses the API's stream of live values instead of waiting for the next poll. What comes is published to the measurement queue, so it is stored like what a poll brings. energylive tail shows what is stored, of all devices.",
      ],
    },
  ).action((device, options) => run(options, (context) => watch(context, device)));
}

async function watch({ open, output, untilStopped }: Context, text: string): Promise<void> {
  const stage = await open();
  const device = await findValidDevice(stage, text);
  const { sqs, queueUrl, dlqUrl } = await stage.queues();
  const signal = untilStopped();
  let writing = Promise.resolve();
  let isFirst = true;
  const show = async (measurements: readonly LatestMeasurement[]) => {
    const valued = measurements.map((each) => ({ ...each, unit: unitOf(each.measurement_type) }));
    const rows = valued.map(measurementRow);
    await output.write(
      output.json
        ? valued.map((each) => jsonOf(device.device_id, each)).join("")
        : `${tablePiece(MEASUREMENT_COLUMNS, rows, isFirst)}\n`,
    );
    isFirst = false;
  };
  await followDevice(device, {
    api: await openApi(stage),
    keys: createKeyStore({ source: (await stage.keys()).source, clock: systemClock }),
    sqs,
    queueUrl,
    dlqUrl,
    retentionDays: await stage.retentionDays(),
    clock: systemClock,
    random: Math.random,
    log: createLog({ level: "warn", destination: logDestination() }),
    signal,
    onOpen: () => output.note(`Watching ${device.name ?? device.device_id}; Ctrl-C stops.`),
    onMeasurements(measurements) {
      writing = writing.then(() => show(measurements));
    },
  });
  await writing;
}

function jsonOf(device_id: string, measurement: LatestMeasurement & { unit: string | undefined }): string {
  return `${JSON.stringify({ device_id, ...measurement, value: jsonNumber(measurement.value) })}\n`;
}
