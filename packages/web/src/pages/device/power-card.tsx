import type { AlertRule } from "@energylive/api/contract";
import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useId, useMemo } from "preact/hooks";

import { ChartControls } from "../../chart/chart-controls.tsx";
import type { PlotView } from "../../chart/plot-view.ts";
import { PowerChart } from "../../chart/power-chart.tsx";
import { below, DRAWN_STYLE, FED_IN_STYLE, plotData } from "../../chart/power-curves.ts";
import { usePrices } from "../../chart/price-curve.ts";
import { type ReadCurve, Readout, spokenReadout } from "../../chart/readout.tsx";
import { useSeriesData } from "../../chart/series-data.ts";
import { sheetUrl } from "../../data/client.ts";
import { DRAWN_POWER, FED_IN_POWER } from "../../data/types.ts";
import { priceText } from "../../format/numbers.ts";
import { locale, t } from "../../i18n/locale.ts";
import type { Point } from "../../series/point.ts";
import { missingTiles, seriesProblem, seriesVersion } from "../../series/store.ts";
import { DirectionMark } from "../../ui/direction-mark.tsx";
import { Icon } from "../../ui/icon.tsx";
import { PriceSources } from "../../ui/price-sources.tsx";
import { AnswerText } from "../../ui/said.tsx";
import { failureAnswer } from "../../ui/states.tsx";
import { PowerSummary, PowerTable } from "./power-table.tsx";

/** The rest of the page waits no longer than this for a slow chart. */
const PARTLY_DRAWN_MS = 1_000;

const WATTS_PER_KW = 1_000;

const CURVES = [DRAWN_STYLE, FED_IN_STYLE];

/** Power over time: drawn above zero, fed in below it. */
export function PowerCard(props: {
  deviceId: string;
  name: string;
  plot: PlotView;
  /** Whose limits are drawn. */
  rules: readonly AlertRule[];
  /** Called when all of it is drawn, or part of it for a while. */
  onDrawn: () => void;
}) {
  const { deviceId, name, plot, rules, onDrawn } = props;
  const words = t.value.device;
  const power = t.value.power;
  const summaryId = useId();
  const points = usePower(deviceId, plot);
  const isDrawn = useSignal(false);
  const prices = usePrices(plot, isDrawn.value);
  const data = useComputed(() => {
    const [drawn = [], fedIn = []] = points.value;
    return plotData([drawn, below(fedIn)], prices.value.points);
  });
  const cursor = useSignal<number | undefined>(undefined);
  const spoken = useSignal("");
  const [drawn = [], fedIn = []] = points.value;
  const curves = [
    { name: power.drawn, mark: <DirectionMark direction="import" />, points: drawn },
    { name: power.fedIn, mark: <DirectionMark direction="export" />, points: fedIn },
  ];
  const read: ReadCurve[] = [
    ...curves,
    ...(prices.value.points.length === 0
      ? []
      : [
          {
            name: t.value.price.market,
            mark: <span class="mark mark-price" aria-hidden="true" />,
            points: prices.value.points,
            text: (price: number) => priceText(locale.value, price),
          },
        ]),
  ];
  const range = plot.settled.value;
  const isEmpty = useComputed(() => {
    const { from, to } = plot.view.value;
    return !points.value.some((curve) => curve.some(({ start, size }) => start + size > from && start < to));
  }).value;
  const isWhole = seriesVersion.value > 0 && missingTiles.value === 0;
  useEffect(() => {
    const drawn = () => {
      isDrawn.value = true;
      onDrawn();
    };
    if (isWhole) drawn();
    if (isWhole || isEmpty) return;
    const timer = setTimeout(drawn, PARTLY_DRAWN_MS);
    return () => clearTimeout(timer);
  }, [isWhole, isEmpty]);
  const csv = sheetUrl("/api/csv", { device: deviceId, type: [DRAWN_POWER, FED_IN_POWER], ...range });
  return (
    <section class="card chart-card" aria-labelledby={`${summaryId}-title`}>
      <header class="card-head">
        <h2 id={`${summaryId}-title`}>{words.power}</h2>
        <div class="card-tools">
          <ChartControls plot={plot} />
          <a class="button" href={csv} download="" title={words.csvPower} aria-label={words.csvPower}>
            <Icon name="download" />
            {words.csv}
          </a>
        </div>
      </header>
      <Readout curves={read} at={cursor.value} range={plot.view.value} />
      <div class="chart-place">
        <PowerChart
          label={words.chartName(name)}
          describedBy={summaryId}
          view={plot.view}
          onView={plot.show}
          onHome={plot.home}
          data={data}
          curves={CURVES}
          hasPrices
          limits={rules.flatMap(limitsOf)}
          sides={{ above: power.drawn, below: power.fedIn }}
          cursor={cursor}
          onRead={() => (spoken.value = cursor.value === undefined ? "" : spokenReadout(read, cursor.value))}
          width={plot.width}
        />
        <ChartState isEmpty={isEmpty} title={words.noPowerTitle} text={words.noPowerText} />
      </div>
      <p class="visually-hidden" aria-live="polite">
        {spoken}
      </p>
      <div id={summaryId} class="visually-hidden">
        <PowerSummary curves={curves} range={range} />
        <p>{words.chartHelp}</p>
      </div>
      <p class="hint">{words.pointerHelp}</p>
      <PriceSources sources={prices.value.sources} />
      <PowerTable name={words.chartName(name)} drawn={drawn} fedIn={fedIn} range={range} />
    </section>
  );
}

/** Those of drawn power; of a day or a battery there is nothing to draw here. */
function limitsOf(rule: AlertRule): number[] {
  if (rule.rule === "peak_above") return [rule.kw * WATTS_PER_KW];
  return rule.rule === "power_above" || rule.rule === "base_load_above" ? [rule.watts] : [];
}

/** Drawn and fed-in power for the range of a chart. */
export function usePower(deviceId: string, plot: PlotView): ReadonlySignal<Point[][]> {
  const series = useMemo(
    () => [DRAWN_POWER, FED_IN_POWER].map((type) => ({ device: deviceId, type })),
    [deviceId],
  );
  return useSeriesData(series, plot);
}

/** Says over the chart that data is loading, failed to load or does not exist. */
export function ChartState({ isEmpty, title, text }: { isEmpty: boolean; title: string; text: string }) {
  const problem = seriesProblem.value;
  const isLoading = missingTiles.value > 0;
  if (problem !== undefined && isEmpty) {
    return (
      <div class="chart-state" role="alert">
        <p class="empty-title">{t.value.failure.title}</p>
        <p>
          <AnswerText answer={failureAnswer(problem)} />
        </p>
      </div>
    );
  }
  if (isLoading) return <div class="chart-progress" aria-hidden="true" />;
  if (!isEmpty) return null;
  return (
    <div class="chart-state">
      <p class="empty-title">{title}</p>
      <p>{text}</p>
    </div>
  );
}
