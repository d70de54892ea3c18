import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { type CostSum, CostSums, totalCost } from "@energylive/core/tariff/cost";
import { euros } from "@energylive/core/tariff/money";
import type { Tariff } from "@energylive/core/tariff/tariff";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { DEVICE_ARGUMENT } from "../devices/registry.ts";
import { costRemarks, flatCost, openCosts, priceAttribution } from "../energy/cost.ts";
import { rangeOf } from "../energy/period.ts";
import { FailedError } from "../errors.ts";
import { profiledDevices } from "../profiles/days.ts";
import { table } from "../terminal/table.ts";
import { TIME_EXAMPLES } from "../terminal/time.ts";
import { openTariffs, validTariffs } from "./store.ts";

interface CompareOptions {
  since: string;
  until?: string | undefined;
}

/** `energylive tariffs compare` */
export function defineCompare(tariffs: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      tariffs
        .command("compare")
        .description("what each tariff would have cost, with a device's own quarter-hours")
        .argument("<device>", DEVICE_ARGUMENT)
        .option("--since <time>", `from here on: ${TIME_EXAMPLES}`, "1y")
        .option("--until <time>", "up to here, exclusive (default: now)"),
    ),
    {
      examples: [["tariffs compare I-10082023-01658401 --since 30d", "the cheapest first"]],
      json: "{ device_id, since, until, tariffs: [{ tariff, balance_eur, months: [{ from, to, cost_eur, energy_eur, … }], cost_eur, energy_eur, … }] }, the cheapest first; balance is cost less what is earned",
      notes: [
        "Each tariff is computed with its own versions. Where none of them is valid yet, its oldest one is taken: the question is what it would have cost.",
      ],
    },
  ).action((device, options) => run(options, (context) => compare(context, device, options)));
}

async function compare({ open, output }: Context, id: string, options: CompareOptions): Promise<void> {
  const now = Date.now();
  const stage = await open();
  const [device] = await profiledDevices(stage, [id]);
  if (device === undefined) return;
  const { time_zone, device_id } = device;
  const range = rangeOf(options, "month", time_zone, now);
  const all = Map.groupBy(validTariffs(await (await openTariffs(stage)).all()), ({ tariff }) => tariff);
  if (all.size === 0)
    throw new FailedError("there is no tariff to compare with", {
      advice: "energylive tariffs set NAME --file FILE adds one (docs/tariffs.md has examples)",
    });
  const reader = await openCosts(stage, range);
  const basis = await reader.basisOf({ device_id, time_zone });
  if (basis === undefined)
    throw new FailedError(`${device_id} has no load profile yet: energylive devices list says why`);
  const rows = [...all]
    .flatMap(([tariff, versions]) => {
      const sums = new CostSums("month", time_zone, range, now);
      sums.add({ ...basis, versions: withPast(versions) });
      const months = sums.result();
      const total = totalCost(months);
      return total === undefined ? [] : [{ tariff, months, total }];
    })
    .toSorted((a, b) => Number(balanceOf(a.total) - balanceOf(b.total)));
  const [first] = rows;
  if (first === undefined) return;
  if (output.json)
    return output.write(
      `${JSON.stringify(
        {
          device_id,
          since: new Date(range.from).toISOString(),
          until: new Date(range.to).toISOString(),
          tariffs: rows.map(({ tariff, months, total }) => ({
            tariff,
            balance_eur: euros(balanceOf(total)),
            ...flatCost(total),
            months: months.map((month) => ({
              from: new Date(month.from).toISOString(),
              to: new Date(month.to).toISOString(),
              ...flatCost(month),
            })),
          })),
        },
        null,
        2,
      )}\n`,
    );
  const { quarter_hours } = first.total;
  const attribution = priceAttribution(stage, reader);
  const usesMarket = [...all.values()]
    .flat()
    .some(({ energy, feed_in }) => energy.kind === "spot" || feed_in?.kind === "spot");
  const day = (at: number) => new Date(at).toLocaleDateString("sv", { timeZone: time_zone });
  await output.line(
    [
      table(
        [
          { title: "tariff" },
          { title: "energy €", align: "right" },
          { title: "with fees, tax €", align: "right" },
          { title: "earned €", align: "right" },
          { title: "balance €", align: "right" },
          { title: "no price", align: "right" },
        ],
        rows.map(({ tariff, total }) => [
          tariff,
          euros(total.parts.energy).toFixed(2),
          total.cost === null ? "-" : euros(total.cost).toFixed(2),
          total.earned === null ? "-" : euros(total.earned).toFixed(2),
          euros(balanceOf(total)).toFixed(2),
          String(total.quarter_hours.no_price),
        ]),
      ),
      "",
      `${device_id}, ${day(Math.max(range.from, basis.since))} to ${day(range.to)}: ${quarter_hours.priced + quarter_hours.no_price} quarter-hours measured, ${quarter_hours.not_measured} not.`,
      ...rows.flatMap(({ tariff, total }) =>
        total.quarter_hours.no_price === 0 ? [] : [`${tariff}: ${costRemarks(total)[0] ?? ""}`],
      ),
      ...(usesMarket && attribution !== undefined ? [attribution] : []),
    ].join("\n"),
  );
}

/** Cost less what is earned. */
function balanceOf({ cost, earned }: CostSum): bigint {
  return (cost ?? 0n) - (earned ?? 0n);
}

/** The oldest version is taken for the time before it too. */
function withPast(versions: readonly Tariff[]): Tariff[] {
  const [oldest, ...others] = versions.toSorted((a, b) => (a.valid_from < b.valid_from ? -1 : 1));
  return oldest === undefined ? [] : [{ ...oldest, valid_from: "0000-01-01" }, ...others];
}
