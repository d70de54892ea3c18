import type { Cost, CostSeries } from "@energylive/api/contract";
import { useSignal } from "@preact/signals";

import { BarChart } from "../../chart/bar-chart.tsx";
import type { Bar } from "../../chart/bars.ts";
import { ReadoutLine } from "../../chart/readout.tsx";
import { SHOWN_PARTS, shownParts } from "../../data/cost.ts";
import { digitsOf, energyText, euroText, integer } from "../../format/numbers.ts";
import { rangeText } from "../../format/times.ts";
import { locale, t } from "../../i18n/locale.ts";
import { PriceSources } from "../../ui/price-sources.tsx";
import { EmptyState, FailureState, Skeleton } from "../../ui/states.tsx";
import { timeStyle } from "../../ui/zone.ts";
import { CostTable, moneyText } from "./cost-table.tsx";
import { type BarsProps, barText, begun, type EnergyUnit, hrefBelow, useCosts } from "./energy-data.ts";

const LEAST_SPAN_EUR = 0.01;

/** What the drawn energy cost by its parts, and below zero what the fed-in energy earned; as bars and as a table. */
export function CostBars({ asked, name, titleId }: BarsProps) {
  const { resource, shown } = useCosts(asked);
  const pointed = useSignal<number | undefined>(undefined);
  const words = t.value.cost;
  const { unit } = asked;
  const series = shown.value;
  const error = resource.error.value;
  if (error !== undefined && resource.data.value === undefined)
    return <FailureState error={error} onRetry={resource.refresh} />;
  if (series === undefined) return <Skeleton kind="chart" />;
  const { periods, total } = series;
  if (!series.is_known) return <NoTariff series={series} deviceId={asked.deviceId} />;
  if (periods.every(({ cost, earned }) => (cost ?? earned) === null))
    return (
      <EmptyState title={words.noneTitle}>
        <p>{words.noneText}</p>
        <Remarks total={total} />
      </EmptyState>
    );
  return (
    <>
      <Readout series={series} pointed={periods[pointed.value ?? -1]} unit={unit} />
      <BarChart
        label={words.name(name)}
        describedBy={`${titleId}-note`}
        bars={periods.map(barOf)}
        leastSpan={LEAST_SPAN_EUR}
        tickTexts={tickTexts}
        onPoint={(index) => (pointed.value = index)}
        onChoose={(index) => (location.hash = hrefBelow(unit, periods[index]?.from ?? 0))}
      />
      <div id={`${titleId}-note`}>
        <Remarks total={total} />
        <p class="hint">{words.note(series.tariff ?? "")}</p>
        <PriceSources sources={series.price_sources} />
        <p>
          <CompareLink deviceId={asked.deviceId} />
        </p>
      </div>
      <CostTable caption={words.name(name)} periods={begun(periods)} total={total} unit={unit} />
    </>
  );
}

function barOf(cost: Cost): Bar {
  const parts = shownParts(cost);
  return {
    from: cost.from,
    to: cost.to,
    parts: [
      ...(cost.cost === null ? [] : SHOWN_PARTS.map((kind) => ({ kind, value: parts[kind] }))),
      ...(cost.earned === null ? [] : [{ kind: "earned", value: -cost.earned }]),
    ],
  };
}

function tickTexts(ticks: readonly number[]): string[] {
  const digits = Math.max(0, digitsOf(ticks));
  return ticks.map((eur) => euroText(locale.value, eur, digits));
}

function NoTariff({ series: { tariff }, deviceId }: { series: CostSeries; deviceId: string }) {
  const words = t.value.cost;
  return (
    <EmptyState title={tariff === null ? words.noTariffTitle : words.unknownTariffTitle(tariff)}>
      <p>{words.noTariffText}</p>
      <p>
        <CompareLink deviceId={deviceId} />
      </p>
    </EmptyState>
  );
}

function CompareLink({ deviceId }: { deviceId: string }) {
  return <a href={`#/prices?device=${encodeURIComponent(deviceId)}`}>{t.value.cost.compareTariffs}</a>;
}

function Readout(props: { series: CostSeries; pointed: Cost | undefined; unit: EnergyUnit }) {
  const { series, pointed, unit } = props;
  const { periods, total } = series;
  const words = t.value.cost;
  const shown = pointed ?? total;
  const from = periods[0]?.from ?? 0;
  const to = periods.at(-1)?.to ?? from;
  const parts = shown === null || shown.cost === null ? undefined : shownParts(shown);
  const money = (eur: number | null) => moneyText(eur, pointed === undefined ? "day" : unit);
  const mark = (kind: string) => <span class={`mark mark-${kind}`} aria-hidden="true" />;
  return (
    <ReadoutLine
      time={pointed === undefined ? rangeText(timeStyle(), from, to) : barText(pointed, unit)}
      items={[
        { name: words.cost, value: money(shown?.cost ?? null), isMain: true },
        ...SHOWN_PARTS.map((part) => ({
          name: words.parts[part],
          mark: mark(part),
          value: money(parts?.[part] ?? null),
        })),
        { name: words.earned, mark: mark("earned"), value: money(shown?.earned ?? null) },
      ]}
    />
  );
}

/** What of a cost is not known. */
function Remarks({ total }: { total: Cost | null }) {
  if (total === null) return null;
  const words = t.value.cost;
  const { quarter_hours, unpriced_wh, unpriced_export_wh } = total;
  const number = (count: number) => integer(locale.value, count);
  const energy = (wh: number) => energyText(locale.value, wh);
  const remarks = [
    quarter_hours.no_price === 0 ? "" : words.noPrice(number(quarter_hours.no_price), energy(unpriced_wh)),
    quarter_hours.not_measured === 0 ? "" : words.notMeasured(number(quarter_hours.not_measured)),
    unpriced_export_wh === 0 ? "" : words.noPriceExport(energy(unpriced_export_wh)),
  ].filter(Boolean);
  return remarks.length === 0 ? null : <p class="hint hint-warn">{remarks.join(" ")}</p>;
}
