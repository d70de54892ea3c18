import type { EnergySum } from "@energylive/api/contract";
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";

import { parameters, setParameters } from "../../app/router.ts";
import { BarChart } from "../../chart/bar-chart.tsx";
import { isEstimated, missingShare, totalOf } from "../../chart/bars.ts";
import type { PlotView } from "../../chart/plot-view.ts";
import { sheetUrl } from "../../data/client.ts";
import { serverNow } from "../../data/clock.ts";
import { energyText } from "../../format/numbers.ts";
import { rangeText } from "../../format/times.ts";
import { locale, t } from "../../i18n/locale.ts";
import { DirectionMark } from "../../ui/direction-mark.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { EmptyState, FailureState, Skeleton } from "../../ui/states.tsx";
import { timeStyle } from "../../ui/zone.ts";
import {
  barText,
  type EnergyUnit,
  hrefBelow,
  possibleUnits,
  quartersOf,
  suitableUnit,
  useEnergy,
} from "./energy-data.ts";
import { EnergyTable, missingText } from "./energy-table.tsx";

/** Energy from the registers, per hour, day or month of the power chart's range. */
export function EnergyCard(props: {
  deviceId: string;
  name: string;
  plot: PlotView;
  /** The power above loads first: loading both at once would delay it. */
  isAwaited: boolean;
}) {
  const { deviceId, name, plot, isAwaited } = props;
  const words = t.value.device;
  const titleId = useId();
  const range = plot.settled.value;
  const units = possibleUnits(range);
  const chosen = parameters.value.get("per");
  const unit = units.find((possible) => possible === chosen) ?? suitableUnit(range);
  const { resource, shown } = useEnergy(deviceId, range, unit, !isAwaited);
  const pointed = useSignal<EnergySum | undefined>(undefined);
  const periods = shown.value;
  // A calendar period may reach into the future, of which there is nothing to say.
  const begun = periods?.filter(({ from }) => from < serverNow()) ?? [];
  const isEmpty = periods?.every((period) => (period.import_wh ?? period.export_wh) === null) ?? false;
  const error = resource.error.value;
  return (
    <section class="card chart-card" aria-labelledby={titleId}>
      <header class="card-head">
        <h2 id={titleId}>{words.energy}</h2>
        <div class="card-tools">
          <Segmented
            label={words.energyPer}
            choices={units.map((value) => ({ value, text: words.units[value] }))}
            chosen={unit}
            onChoose={(per) => setParameters({ per })}
          />
          <a
            class="button"
            href={sheetUrl("/api/energy.csv", { device: deviceId, unit, ...quartersOf(range) })}
            download=""
            title={words.csvEnergy}
            aria-label={words.csvEnergy}
          >
            <Icon name="download" />
            {words.csv}
          </a>
        </div>
      </header>
      {periods === undefined ? (
        error === undefined ? (
          <Skeleton kind="chart" />
        ) : (
          <FailureState error={error} onRetry={resource.refresh} />
        )
      ) : isEmpty ? (
        <EmptyState title={words.noEnergyTitle}>
          <p>{words.noEnergyText}</p>
        </EmptyState>
      ) : (
        <>
          <EnergyReadout periods={periods} pointed={pointed.value} unit={unit} />
          <BarChart
            label={words.energyName(name)}
            describedBy={`${titleId}-note`}
            periods={periods}
            onPoint={(period) => (pointed.value = period)}
            onChoose={({ from }) => (location.hash = hrefBelow(unit, from))}
          />
          <p class="hint" id={`${titleId}-note`}>
            {words.energyNote}
          </p>
          <EnergyTable caption={words.energyName(name)} periods={begun} unit={unit} />
        </>
      )}
    </section>
  );
}

function EnergyReadout(props: {
  periods: readonly EnergySum[];
  pointed: EnergySum | undefined;
  unit: EnergyUnit;
}) {
  const { periods, pointed, unit } = props;
  const words = t.value.energy;
  const shown = pointed === undefined ? periods : [pointed];
  const from = periods[0]?.from ?? 0;
  const to = periods.at(-1)?.to ?? from;
  return (
    <div class="readout">
      <p class="readout-time">
        {pointed === undefined ? rangeText(timeStyle(), from, to) : barText(pointed, unit)}
      </p>
      <ul class="readout-curves">
        {(["import", "export"] as const).map((direction) => {
          const total = totalOf(shown, direction);
          const missing = missingShare(shown);
          return (
            <li key={direction}>
              <DirectionMark direction={direction} />
              <span class="readout-name">{words[direction]}</span>
              <span class="readout-value">
                {total === null ? t.value.device.unknownEnergy : energyText(locale.value, total)}
                {pointed !== undefined && isEstimated(pointed) ? ` (${t.value.device.estimated})` : ""}
                {total !== null && missing > 0 ? ` (${t.value.device.missing(missingText(missing))})` : ""}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
