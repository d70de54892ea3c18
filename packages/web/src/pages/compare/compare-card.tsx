import { computed, useComputed, useSignal } from "@preact/signals";
import { useId, useMemo } from "preact/hooks";

import { ChartControls } from "../../chart/chart-controls.tsx";
import type { PlotView } from "../../chart/plot-view.ts";
import { PowerChart } from "../../chart/power-chart.tsx";
import { plotData } from "../../chart/power-curves.ts";
import { Readout, spokenReadout } from "../../chart/readout.tsx";
import { useSeriesData } from "../../chart/series-data.ts";
import { t } from "../../i18n/locale.ts";
import { ChartState } from "../device/power-card.tsx";
import { PowerSummary } from "../device/power-table.tsx";
import { CurveMark } from "./curve-mark.tsx";
import { type ComparedPeriods, curvesOf, LEAST_BUCKET_MS, seriesOf, styleOf } from "./curves.ts";
import type { CompareSelection } from "./selection.ts";

export function CompareCard(props: {
  selection: CompareSelection;
  plot: PlotView;
  /** Unless devices are compared. */
  periods: ComparedPeriods | undefined;
  /** Of each device or period. */
  names: readonly string[];
}) {
  const { selection, plot, periods, names } = props;
  const words = t.value.compare;
  const id = useId();
  const key = JSON.stringify([selection, periods]);
  const series = useMemo(() => seriesOf(selection.deviceIds, periods), [key]);
  const points = useSeriesData(series, plot, LEAST_BUCKET_MS);
  const computedNames = { sum: words.sum, difference: words.differenceOf(names[0] ?? "", names[1] ?? "") };
  const curves = useMemo(
    () => computed(() => curvesOf(selection, names, points.value, computedNames)),
    [key, points, JSON.stringify([names, computedNames])],
  );
  const data = useMemo(() => computed(() => plotData(curves.value.map((curve) => curve.points))), [curves]);
  const cursor = useSignal<number | undefined>(undefined);
  const spoken = useSignal("");
  const read = curves.value.map((curve) => ({
    name: curve.name,
    mark: <CurveMark mark={curve.mark} />,
    points: curve.points,
  }));
  const isEmpty = useComputed(() => {
    const { from, to } = plot.view.value;
    return !points.value.some((curve) => curve.some(({ start, size }) => start + size > from && start < to));
  }).value;
  const { power } = t.value;
  return (
    <section class="card chart-card" aria-labelledby={`${id}-title`}>
      <header class="card-head">
        <h2 id={`${id}-title`}>
          {t.value.device.power}: {words.quantities[selection.quantity]}
        </h2>
        <div class="card-tools">
          <ChartControls plot={plot} />
        </div>
      </header>
      <Readout curves={read} at={cursor.value} range={plot.view.value} />
      <div class="chart-place">
        <PowerChart
          label={words.chartName}
          describedBy={id}
          view={plot.view}
          onView={plot.show}
          onHome={plot.home}
          data={data}
          curves={curves.value.map(({ mark }) => styleOf(mark))}
          {...(selection.quantity === "net" ? { sides: { above: power.drawn, below: power.fedIn } } : {})}
          cursor={cursor}
          onRead={() => (spoken.value = cursor.value === undefined ? "" : spokenReadout(read, cursor.value))}
          width={plot.width}
        />
        <ChartState isEmpty={isEmpty} title={words.noDataTitle} text={words.noDataText} />
      </div>
      <p class="visually-hidden" aria-live="polite">
        {spoken}
      </p>
      <div id={id} class="visually-hidden">
        <PowerSummary curves={read} range={plot.settled.value} />
        <p>{t.value.device.chartHelp}</p>
      </div>
      <p class="hint">
        {t.value.device.pointerHelp} {words.note}
      </p>
    </section>
  );
}
