import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import {
  cheapestBlock,
  type PricedStretch,
  pricedHours,
  pricedQuarterHours,
} from "@energylive/core/price/cheapest";
import {
  type DayPrices,
  isComplete,
  MARKET,
  MARKET_ZONE,
  marketDay,
  namedMarketDay,
} from "@energylive/core/price/prices";
import { attributionOf } from "@energylive/core/price/source";
import { createPriceStore } from "@energylive/core/price/store";
import { quarterHoursOf } from "@energylive/core/profile/quarter-hours";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { FailedError, UsageError } from "../errors.ts";
import { commandFor, type Stage } from "../stage/stage.ts";
import { counted, numberOf } from "../terminal/number.ts";
import { table } from "../terminal/table.ts";
import { parseInstant } from "../terminal/time.ts";

const DEFAULT_BLOCK_HOURS = 3;
const LONGEST_BLOCK_HOURS = 24;

/** How many hours are named as the cheapest. */
const CHEAPEST_HOURS = 3;

/** The dearest hour's bar, in characters. */
const BAR_LENGTH = 30;

/** 1 EUR/MWh in ct/kWh. */
const CT_PER_KWH = 0.1;

interface PricesOptions {
  day: string;
  hours?: string | undefined;
  quarters?: true | undefined;
}

/** `energylive prices` */
export function definePrices(program: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      program
        .command("prices")
        .description("market prices of a day, and when power is cheapest")
        .option("--day <day>", "today, tomorrow, yesterday or a date", "today")
        .option("--hours <count>", `the length of the cheapest block (default: ${DEFAULT_BLOCK_HOURS})`)
        .option("--quarters", "a line per quarter-hour instead of per hour"),
    ),
    {
      examples: [
        ["prices", "today's, hour by hour"],
        [
          "prices --day tomorrow --hours 2",
          "known from the early afternoon on; when to run what takes two hours",
        ],
      ],
      json: "{ market, day, time_zone, source, attribution, prices: [{ from, to, ct_per_kwh }], missing, cheapest_hours: [same], cheapest_block: same or null } with net prices per quarter-hour; missing counts the quarter-hours without one",
      notes: [
        "Prices of the day-ahead market in ct/kWh, without taxes, fees and what a supplier adds. They are read every hour from the source that ENERGYLIVE_PRICE_SOURCE names, and kept for ever.",
      ],
    },
  ).action((options) => run(options, (context) => showPrices(context, options)));
}

async function showPrices({ open, output }: Context, options: PricesOptions): Promise<void> {
  const hours =
    options.hours === undefined
      ? DEFAULT_BLOCK_HOURS
      : numberOf("--hours", options.hours, 1, LONGEST_BLOCK_HOURS);
  const day = dayNamed(options.day, Date.now());
  const stage = await open();
  const prices = await pricesOf(stage, day);
  const attribution = stage.isSimulated ? "simulated" : attributionOf(prices.source);
  const quarters = pricedQuarterHours(prices);
  const cheapest = {
    hours: pricedHours(prices)
      .toSorted((a, b) => a.eur_per_mwh - b.eur_per_mwh)
      .slice(0, CHEAPEST_HOURS),
    block: cheapestBlock(quarters, 4 * hours),
  };
  const missing = quarterHoursOf(namedMarketDay(day)) - quarters.length;
  if (output.json)
    return output.write(
      `${JSON.stringify(
        {
          market: MARKET,
          day,
          time_zone: MARKET_ZONE,
          source: prices.source,
          attribution,
          prices: quarters.map(flat),
          missing,
          cheapest_hours: cheapest.hours.map(flat),
          cheapest_block: cheapest.block === undefined ? null : flat(cheapest.block),
        },
        null,
        2,
      )}\n`,
    );
  const shown = options.quarters === true ? quarters : pricedHours(prices);
  const most = Math.max(...shown.map(({ eur_per_mwh }) => eur_per_mwh), 0);
  const rows = shown.map((price) => [
    clock(price.from),
    ct(price.eur_per_mwh),
    "█".repeat(Math.round((Math.max(0, price.eur_per_mwh) / (most || 1)) * BAR_LENGTH)),
  ]);
  await output.line(
    [
      table([{ title: day }, { title: "ct/kWh", align: "right" }, { title: "" }], rows),
      "",
      `Cheapest hours: ${cheapest.hours.map((hour) => `${span(hour)} (${ct(hour.eur_per_mwh)})`).join(", ")}`,
      cheapest.block === undefined
        ? `No ${counted(hours, "hour")} in a row are known.`
        : `Cheapest ${hours === 1 ? "hour" : `${hours} hours in a row`}: ${span(cheapest.block)}, on average ${ct(cheapest.block.eur_per_mwh)} ct/kWh`,
      ...(missing === 0 ? [] : [`No price yet for ${counted(missing, "quarter-hour")}: ${gaps(prices)}`]),
      "",
      `Without taxes and fees. Source: ${attribution}`,
    ].join("\n"),
  );
}

/** @throws {UsageError} */
function dayNamed(text: string, now: number): string {
  if (text === "tomorrow") return marketDay(marketDay(now).to).day;
  try {
    return marketDay(parseInstant(text, now, MARKET_ZONE)).day;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`--day takes today, tomorrow, yesterday or a date like 2026-11-25, not "${text}"`);
  }
}

/** @throws {FailedError} if nothing is known of the day */
async function pricesOf(stage: Stage, day: string): Promise<DayPrices> {
  const dynamodb = await stage.dynamodb();
  const [prices] = await createPriceStore({ dynamodb, table: stage.names.pricesTable }).read(day, day);
  if (prices?.eur_per_mwh.some((price) => price !== null)) return prices;
  const today = marketDay(Date.now());
  throw new FailedError(`no market prices of ${day} are stored`, {
    advice:
      day > today.day
        ? "those of the next day are published at about 13:00, and read within an hour; later days are not known to anyone"
        : `they are read every hour while ${stage.kind === "embedded" ? "npm start runs" : "the stage is deployed"}, as far back as there are load profiles, unless ENERGYLIVE_PRICE_SOURCE is none: ${stage.kind === "embedded" ? "the log" : commandFor(stage, "doctor")} says what is wrong`,
  });
}

function flat({ from, to, eur_per_mwh }: PricedStretch) {
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    ct_per_kwh: Number((eur_per_mwh * CT_PER_KWH).toFixed(5)),
  };
}

function ct(eur_per_mwh: number): string {
  return (eur_per_mwh * CT_PER_KWH).toFixed(2);
}

function clock(at: number): string {
  return new Date(at).toLocaleTimeString("sv", { timeZone: MARKET_ZONE, hour: "2-digit", minute: "2-digit" });
}

function span({ from, to }: Pick<PricedStretch, "from" | "to">): string {
  return `${clock(from)}–${clock(to)}`;
}

/** The times of a day without a price, those in a row as one. */
function gaps(prices: DayPrices): string {
  if (isComplete(prices)) return "";
  const { from, to } = namedMarketDay(prices.day);
  const known = pricedQuarterHours(prices);
  const edges = [from, ...known.flatMap((price) => [price.from, price.to]), to];
  const found: string[] = [];
  for (let index = 0; index < edges.length; index += 2) {
    const [start = 0, end = 0] = [edges[index], edges[index + 1]];
    if (end > start) found.push(span({ from: start, to: end }));
  }
  return found.join(", ");
}
