import type { PriceDay } from "@energylive/api/contract";
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";

import { BarChart } from "../../chart/bar-chart.tsx";
import type { Bar } from "../../chart/bars.ts";
import { priceTickTexts } from "../../chart/power-axis.ts";
import { ReadoutLine } from "../../chart/readout.tsx";
import { getJson } from "../../data/client.ts";
import { now } from "../../data/clock.ts";
import { useResource } from "../../data/resource.ts";
import { priceText } from "../../format/numbers.ts";
import { rangeText, timeOfDay } from "../../format/times.ts";
import { locale, t } from "../../i18n/locale.ts";
import { HOUR_MS, MINUTE_MS } from "../../time/zone.ts";
import { AsTable } from "../../ui/as-table.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { PriceSources } from "../../ui/price-sources.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { EmptyState, FailureState, Skeleton } from "../../ui/states.tsx";
import { timeStyle } from "../../ui/zone.ts";

const QUARTER_MS = HOUR_MS / 4;

const DAYS = ["today", "tomorrow"] as const;
type Day = (typeof DAYS)[number];

/** How long a washing machine, a car or a heat pump may run. */
const BLOCK_HOURS = [1, 2, 3, 4, 6, 8];
const DEFAULT_HOURS = 3;

/** Tomorrow's prices come once a day. */
const REFRESH_MS = 5 * MINUTE_MS;

const LEAST_SPAN_EUR = 10;

/** The market's prices of today and tomorrow, and when power is cheapest. */
export function MarketPrices() {
  const words = t.value.price;
  const titleId = useId();
  const day = useSignal<Day>("today");
  const hours = useSignal(DEFAULT_HOURS);
  const query = { day: day.value, hours: hours.value };
  const resource = useResource<PriceDay>(
    JSON.stringify(query),
    (signal) => getJson("/api/prices/day", query, signal),
    { refreshMs: REFRESH_MS },
  );
  const answer = resource.data.value;
  const error = resource.error.value;
  return (
    <section class="card chart-card" aria-labelledby={titleId}>
      <header class="card-head">
        <h2 id={titleId}>{words.title}</h2>
        <div class="card-tools">
          <label class="select-field">
            {words.hoursInARow}
            <select
              value={String(hours.value)}
              onChange={({ currentTarget }) => (hours.value = Number(currentTarget.value))}
            >
              {BLOCK_HOURS.map((count) => (
                <option key={count} value={String(count)}>
                  {words.hours(String(count))}
                </option>
              ))}
            </select>
          </label>
          <Segmented
            label={words.day}
            choices={DAYS.map((value) => ({ value, text: words.days[value] }))}
            chosen={day.value}
            onChoose={(chosen) => (day.value = chosen)}
          />
        </div>
      </header>
      {answer === undefined ? (
        error === undefined ? (
          <Skeleton kind="chart" />
        ) : (
          <FailureState error={error} onRetry={resource.refresh} />
        )
      ) : answer.prices.length === 0 ? (
        <EmptyState title={words.noneTitle[day.value]}>
          <p>{words.noneText[day.value]}</p>
        </EmptyState>
      ) : (
        <Prices answer={answer} titleId={titleId} />
      )}
    </section>
  );
}

function Prices({ answer, titleId }: { answer: PriceDay; titleId: string }) {
  const { prices, cheapest, price_sources, from, to } = answer;
  const words = t.value.price;
  const pointed = useSignal<number | undefined>(undefined);
  const quarter = Math.floor(now.value / QUARTER_MS) * QUARTER_MS;
  const price = (eur: number) => priceText(locale.value, eur);
  const shown = prices[pointed.value ?? -1] ?? prices.find(([at]) => at === quarter);
  const isNow = pointed.value === undefined && shown !== undefined;
  const values = prices.map(([, eur]) => eur);
  return (
    <>
      <ReadoutLine
        time={
          shown === undefined
            ? rangeText(timeStyle(), from, to)
            : rangeText(timeStyle(), shown[0], shown[0] + QUARTER_MS)
        }
        items={[
          ...(shown === undefined
            ? []
            : [{ name: isNow ? words.now : words.market, value: price(shown[1]), isMain: true }]),
          { name: words.lowest, value: price(Math.min(...values)) },
          { name: words.highest, value: price(Math.max(...values)) },
        ]}
      />
      <BarChart
        label={words.chartName}
        describedBy={`${titleId}-note`}
        bars={prices.map(([at, value]): Bar => {
          const isCheap = cheapest !== null && at >= cheapest.from && at < cheapest.to;
          const kind = at === quarter ? "price-now" : isCheap ? "price-cheap" : "price";
          return { from: at, to: at + QUARTER_MS, parts: [{ kind, value }] };
        })}
        leastSpan={LEAST_SPAN_EUR}
        tickTexts={(ticks) => priceTickTexts(locale.value, ticks)}
        onPoint={(index) => (pointed.value = index)}
      />
      <div id={`${titleId}-note`}>
        <p class="cheapest">
          {cheapest === null ? (
            words.noBlock
          ) : (
            <>
              <span class="mark mark-price" aria-hidden="true" />{" "}
              {words.cheapest(
                `${timeOfDay(timeStyle(), cheapest.from)} – ${timeOfDay(timeStyle(), cheapest.to)}`,
                price(cheapest.eur_per_mwh),
              )}
            </>
          )}
        </p>
        <p class="hint">{words.note}</p>
        <PriceSources sources={price_sources} />
      </div>
      <AsTable
        table={() => (
          <DataTable
            caption={words.chartName}
            head={[{ text: t.value.device.at }, { text: words.market, isNumber: true }]}
          >
            {prices.map(([at, value]) => (
              <tr key={at}>
                <th scope="row">{timeOfDay(timeStyle(), at)}</th>
                <td class="number">{price(value)}</td>
              </tr>
            ))}
          </DataTable>
        )}
      />
    </>
  );
}
