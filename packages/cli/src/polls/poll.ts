import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { FetcherResult } from "@energylive/core/fetcher/run";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { EXIT_FAILED, FailedError } from "../errors.ts";
import type { Stage } from "../stage/stage.ts";
import { colours } from "../terminal/output.ts";
import { problemTexts } from "../texts.ts";
import { dryRun } from "./dry-run.ts";
import { selectDevices } from "./selection.ts";

/** Devices per fetcher run: as many as it can poll in its time, with a margin. */
const DEVICES_PER_RUN = 2_000;

/** After a key was revoked, every device of the account shows the same error. */
const SHOWN_FAILURES = 10;

interface Failure {
  device_id: string;
  reason: string;
}

/** `energylive poll` */
export function definePoll(program: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      program
        .command("poll")
        .description("run the real fetcher for some devices, now, and show its result")
        .argument(
          "[device...]",
          "the devices by id, name or a part of it, even if they are not due (default: all enabled ones)",
        )
        .option("--dry-run", "only ask the API, and print what would be published"),
    ),
    {
      examples: [
        ["poll", "all devices"],
        ["poll I-10082023-01658401 --dry-run", "what is new at the API"],
      ],
      json: "the fetcher's result { polled, failed, skipped, deferred, published, unchanged, quarantined, failures: [{ device_id, reason }] }; with --dry-run [{ device_id, publish: [{ measurement_type, timestamp, value }], unchanged, quarantine: [{ reason, raw, detail }], error? }]",
      notes: [
        "On the embedded stack the fetcher runs in this process; for a deployed stage the function is invoked. A dry run sends and writes nothing.",
      ],
    },
  ).action((devices, options) =>
    run(options, (context) => (options.dryRun === true ? dryRun(context, devices) : poll(context, devices))),
  );
}

/** Runs the fetcher, and says why each failed device failed. */
export async function poll({ open, output }: Context, ids: readonly string[]): Promise<number> {
  const stage = await open();
  const selected = (await selectDevices(stage, ids)).map(({ config }) => String(config.device_id));
  if (selected.length === 0) throw new FailedError("no device to poll: energylive devices add ID adds one");
  const progress = await output.progress(`Polling ${selected.length} devices`);
  const result: FetcherResult = {
    polled: 0,
    failed: 0,
    skipped: 0,
    deferred: 0,
    published: 0,
    unchanged: 0,
    quarantined: 0,
  };
  try {
    for (let start = 0; start < selected.length; start += DEVICES_PER_RUN)
      add(result, await stage.poll({ device_ids: selected.slice(start, start + DEVICES_PER_RUN) }));
  } finally {
    progress.end();
  }
  const failures = result.failed === 0 ? [] : await failuresOf(stage, ids.length === 0 ? [] : selected);
  await output.result({ ...result, failures }, text(result, failures, stage));
  return result.failed + result.deferred === 0 ? 0 : EXIT_FAILED;
}

function add(sum: FetcherResult, result: FetcherResult): void {
  sum.polled += result.polled;
  sum.failed += result.failed;
  sum.skipped += result.skipped;
  sum.deferred += result.deferred;
  sum.published += result.published;
  sum.unchanged += result.unchanged;
  sum.quarantined += result.quarantined;
}

/** The fetcher only counts; the device's state says why it failed. */
async function failuresOf(stage: Stage, ids: readonly string[]): Promise<Failure[]> {
  return (await selectDevices(stage, ids)).flatMap(({ device, invalid, config }) => {
    const device_id = String(config.device_id);
    if (device === undefined)
      return [{ device_id, reason: `its item is invalid: ${problemTexts(invalid?.problems).join("; ")}` }];
    const { consecutive_failures, last_error } = device.state;
    if (consecutive_failures === 0) return [];
    return [{ device_id, reason: last_error?.message ?? "no reason is known" }];
  });
}

function text(result: FetcherResult, failures: readonly Failure[], stage: Stage): string {
  const { polled, failed, skipped, deferred, published, unchanged, quarantined } = result;
  const counts = [
    `${polled} polled`,
    failed > 0 ? colours.red(`${failed} failed`) : "0 failed",
    ...(skipped > 0 ? [`${skipped} skipped (disabled)`] : []),
    ...(deferred > 0 ? [`${deferred} deferred (no time left)`] : []),
    `${published} published`,
    `${unchanged} unchanged`,
    `${quarantined} quarantined`,
  ];
  const waits =
    published > 0 && !stage.isRunning
      ? ["What was published waits in the queue until the stack runs again (npm start)."]
      : [];
  return [
    counts.join(", "),
    ...failures
      .slice(0, SHOWN_FAILURES)
      .map(({ device_id, reason }) => colours.red(`${device_id}: ${reason}`)),
    ...(failures.length > SHOWN_FAILURES
      ? [`and ${failures.length - SHOWN_FAILURES} more: energylive devices show ID says why`]
      : []),
    ...waits,
  ].join("\n");
}
