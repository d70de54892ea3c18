import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { compareTariffs } from "@energylive/core/tariff/compare";
import { euros } from "@energylive/core/tariff/money";
import { usesMarket } from "@energylive/core/tariff/tariff";

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
  const versions = validTariffs(await (await openTariffs(stage)).all());
  if (versions.length === 0)
    throw new FailedError("there is no tariff to compare with", {
      advice: "energylive tariffs set NAME --file FILE adds one (docs/tariffs.md has examples)",
    });
  const reader = await openCosts(stage, range);
  const basis = await reader.basisWith(versions, device);
  if (basis === undefined)
    throw new FailedError(`${device_id} has no load profile yet: energylive devices list says why`);
  const rows = compareTariffs(basis, { by: "month", zone: time_zone, range, now });
  const [first] = rows;
  if (first === undefined) return;
  if (output.json)
    return output.write(
      `${JSON.stringify(
        {
          device_id,
          since: new Date(range.from).toISOString(),
          until: new Date(range.to).toISOString(),
          tariffs: rows.map(({ tariff, balance, periods, total }) => ({
            tariff,
            balance_eur: euros(balance),
            ...flatCost(total),
            months: periods.map((month) => ({
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
        rows.map(({ tariff, balance, total }) => [
          tariff,
          euros(total.parts.energy).toFixed(2),
          total.cost === null ? "-" : euros(total.cost).toFixed(2),
          total.earned === null ? "-" : euros(total.earned).toFixed(2),
          euros(balance).toFixed(2),
          String(total.quarter_hours.no_price),
        ]),
      ),
      "",
      `${device_id}, ${day(Math.max(range.from, basis.since))} to ${day(range.to)}: ${quarter_hours.priced + quarter_hours.no_price} quarter-hours measured, ${quarter_hours.not_measured} not.`,
      ...rows.flatMap(({ tariff, total }) =>
        total.quarter_hours.no_price === 0 ? [] : [`${tariff}: ${costRemarks(total)[0] ?? ""}`],
      ),
      ...(versions.some(usesMarket) && attribution !== undefined ? [attribution] : []),
    ].join("\n"),
  );
}
