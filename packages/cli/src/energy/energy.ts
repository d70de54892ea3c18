import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { DEFAULT_TIME_ZONE } from "@energylive/core/device/device";
import { CALENDAR_UNITS, type CalendarUnit, isTimeZone } from "@energylive/core/energy/calendar";
import { profilesAround } from "@energylive/core/profile/store";
import { type EnergyRange, type EnergySum, EnergySums, totalOf } from "@energylive/core/profile/sums";
import { CostSums, totalCost } from "@energylive/core/tariff/cost";
import pLimit from "p-limit";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { readLabels } from "../devices/fields.ts";
import { FailedError, UsageError } from "../errors.ts";
import { openProfiles, type ProfiledDevice, profiledDevices } from "../profiles/days.ts";
import type { Stage } from "../stage/stage.ts";
import { TIME_EXAMPLES } from "../terminal/time.ts";
import { openCosts, priceAttribution } from "./cost.ts";
import { labelledDevices } from "./devices.ts";
import { COMPARISONS, type Comparison, comparedRange, rangeOf } from "./period.ts";
import { type Format, writeReport } from "./report.ts";
import type { Report } from "./report-contents.ts";

/** Devices whose profiles are read at once. */
const CONCURRENT_READS = 8;

interface EnergyOptions {
  by: CalendarUnit;
  since?: string | undefined;
  until?: string | undefined;
  compare?: Comparison | undefined;
  label: string[];
  zone?: string | undefined;
  cost?: true | undefined;
  format?: Format | undefined;
}

/** `energylive energy` */
export function defineEnergy(program: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      program
        .command("energy")
        .description("what was drawn and fed in, by quarter-hour, hour, day, week, month or year")
        .argument("[device...]", "the devices by id, name or a part of it, added up (default: all)")
        .addOption(
          new Option("--by <period>", "the length of the periods")
            .choices(CALENDAR_UNITS)
            .default("day" as const),
        )
        .option("--since <time>", `from here on: ${TIME_EXAMPLES}`)
        .option("--until <time>", "up to here, exclusive (default: now)")
        .addOption(
          new Option("--compare <with>", "also the periods before, or those of the year before").choices(
            COMPARISONS,
          ),
        )
        .option(
          "--label <name=value>",
          "only devices with this label; may be repeated",
          (pair, pairs) => [...pairs, pair],
          [] as string[],
        )
        .option("--cost", "also what it cost, by the devices' tariffs")
        .option("--zone <zone>", "the zone of days and hours (default: the devices')")
        .addOption(
          new Option("--format <format>", "the output format (default: table)").choices([
            "table",
            "csv",
            "json",
            "ndjson",
          ]),
        ),
    ),
    {
      examples: [
        ["energy", "the last thirty days, all devices together"],
        [
          "energy I-10082023-01658401 --by month --since 2026 --compare last-year",
          "this year against the last",
        ],
        ["energy --by month --since this year --cost", "what each month cost"],
        [
          "energy --by quarter --since yesterday --until today --format csv > yesterday.csv",
          "a load profile",
        ],
      ],
      json: "{ by, time_zone, since, until, devices, periods: [period], total: period, compared?: [period], compared_total? } with periods { from, to, import_wh, export_wh, net_wh, peak_w, peak_at, measured, estimated, reset, imported, missing }, with --cost also { cost_eur, energy_eur, grid_eur, levies_eur, base_eur, peak_eur, vat_eur, earned_eur, priced, no_price, not_measured, unpriced_wh, unpriced_export_wh }; what is unknown is null",
      notes: [
        "--cost needs a tariff, which a device names in its field tariff (docs/tariffs.md). Fees are spread over a month's quarter-hours. What has no price is not in the cost; it is counted.",
        "Computed from the load profiles, which are kept for ever. Estimated quarter-hours lie in a gap, whose energy is spread evenly over it; reset ones contain a moment in which the register fell; missing ones are over and unknown, and count as nothing. A peak is the highest mean power of a quarter-hour.",
      ],
    },
  ).action((devices, options) => run(options, (context) => showEnergy(context, devices, options)));
}

async function showEnergy(
  { open, output }: Context,
  ids: readonly string[],
  options: EnergyOptions,
): Promise<void> {
  const { by, compare, zone } = options;
  const labels = readLabels(options.label, "--label");
  if (zone !== undefined && !isTimeZone(zone))
    throw new UsageError(`"${zone}" is not a time zone such as Europe/Vienna`);
  if (output.json && options.format !== undefined && options.format !== "json")
    throw new UsageError(`--json and --format ${options.format} contradict each other`);
  if (options.cost === true && compare !== undefined)
    throw new UsageError("--cost and --compare cannot be shown together: give one of them");
  const now = Date.now();
  // Before anything is read: a typo is told at once.
  rangeOf(options, by, zone ?? DEFAULT_TIME_ZONE, now);
  const stage = await open();
  const devices = await labelledDevices(stage, await profiledDevices(stage, ids), labels);
  const time_zone = zone ?? devices[0]?.time_zone ?? DEFAULT_TIME_ZONE;
  const range = rangeOf(options, by, time_zone, now);
  const sums = (of: EnergyRange) => energyOf(stage, devices, of, { by, zone: time_zone, now });
  const priced =
    options.cost === true ? await costsOf(stage, devices, range, { by, zone: time_zone, now }) : undefined;
  const all = priced?.sums ?? (await sums(range));
  // A range that nobody named begins with the first energy that is known.
  const first = options.since === undefined ? all.findIndex(({ net_wh }) => net_wh !== null) : 0;
  const periods = all.slice(Math.max(0, first));
  const compared =
    compare === undefined
      ? undefined
      : await sums(
          comparedRange(
            { ...range, from: periods[0]?.from ?? range.from },
            compare,
            by,
            time_zone,
            periods.length,
          ),
        );
  const report: Report = {
    by,
    time_zone,
    range,
    devices: devices.map(({ device_id }) => device_id),
    periods,
    total: totalOf(periods),
    ...(priced === undefined
      ? {}
      : {
          costs: priced.costs.slice(Math.max(0, first)),
          totalCost: totalCost(priced.costs),
          priceSources: priced.priceSources,
        }),
    ...(compared === undefined ? {} : { compared, comparedTotal: totalOf(compared) }),
  };
  await writeReport(report, output.json ? "json" : (options.format ?? "table"), output);
  if (report.total?.import_wh === null && report.total.export_wh === null)
    output.note(
      "No load profile has energy in that time: energylive profiles check says whether measurements have.",
    );
}

/**
 * Energy and cost from one reading of the profiles.
 *
 * @throws {FailedError} if none of the devices names a tariff
 */
async function costsOf(
  stage: Stage,
  devices: readonly ProfiledDevice[],
  range: EnergyRange,
  { by, zone, now }: { by: CalendarUnit; zone: string; now: number },
) {
  if (devices.every(({ tariff }) => tariff === undefined))
    throw new FailedError(
      devices.length === 1
        ? `${devices[0]?.device_id} names no tariff`
        : "none of the devices names a tariff",
      {
        advice:
          "energylive tariffs set NAME --file FILE adds one, energylive devices set ID tariff=NAME names it (docs/tariffs.md)",
      },
    );
  const reader = await openCosts(stage, range);
  const sums = new EnergySums(by, zone, range);
  const costs = new CostSums(by, zone, range, now);
  let metered = 0;
  await pLimit(CONCURRENT_READS).map(devices, async (device) => {
    const basis = await reader.basisOf(device);
    if (basis === undefined) return;
    metered += 1;
    costs.add(basis);
    for (const profile of basis.profiles) sums.add(profile);
  });
  return {
    sums: sums.result({ now, devices: metered }),
    costs: costs.result(),
    priceSources: priceAttribution(stage, reader),
  };
}

/** Reads the profiles of the devices, and adds them up as they come. Nothing is missing of a device without any: a gateway. */
async function energyOf(
  stage: Stage,
  devices: readonly ProfiledDevice[],
  range: EnergyRange,
  { by, zone, now }: { by: CalendarUnit; zone: string; now: number },
): Promise<EnergySum[]> {
  let metered = 0;
  const { profiles } = await openProfiles(stage);
  const sums = new EnergySums(by, zone, range);
  await pLimit(CONCURRENT_READS).map(devices, async ({ device_id }) => {
    const found = await profilesAround(profiles, { device_id, time_zone: zone }, range);
    if (found.length > 0) metered += 1;
    for (const profile of found) sums.add(profile);
  });
  return sums.result({ now, devices: metered });
}
