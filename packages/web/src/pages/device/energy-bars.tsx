import type { EnergySum } from "@energylive/api/contract";
import { useSignal } from "@preact/signals";

import { BarChart } from "../../chart/bar-chart.tsx";
import type { Bar } from "../../chart/bars.ts";
import { isEstimated, isReset, missingShare, totalOf } from "../../data/energy.ts";
import { decimal, digitsOf, energyText } from "../../format/numbers.ts";
import { rangeText } from "../../format/times.ts";
import { locale, t } from "../../i18n/locale.ts";
import { DirectionMark } from "../../ui/direction-mark.tsx";
import { EmptyState, FailureState, Skeleton } from "../../ui/states.tsx";
import { timeStyle } from "../../ui/zone.ts";
import { type AskedPeriods, barText, begun, type EnergyUnit, hrefBelow, useEnergy } from "./energy-data.ts";
import { EnergyTable, missingText } from "./energy-table.tsx";

const KILO = 1_000;
const LEAST_SPAN_WH = 100;

/** Drawn and fed-in energy, as bars and as a table. */
export function EnergyBars({ asked, name, titleId }: { asked: AskedPeriods; name: string; titleId: string }) {
  const { resource, shown } = useEnergy(asked);
  const pointed = useSignal<number | undefined>(undefined);
  const words = t.value.device;
  const { unit } = asked;
  const periods = shown.value?.periods;
  const error = resource.error.value;
  if (periods === undefined)
    return error === undefined ? (
      <Skeleton kind="chart" />
    ) : (
      <FailureState error={error} onRetry={resource.refresh} />
    );
  if (periods.every((period) => (period.import_wh ?? period.export_wh) === null))
    return (
      <EmptyState title={words.noEnergyTitle}>
        <p>{words.noEnergyText}</p>
      </EmptyState>
    );
  return (
    <>
      <Readout periods={periods} pointed={periods[pointed.value ?? -1]} unit={unit} />
      <BarChart
        label={words.energyName(name)}
        describedBy={`${titleId}-note`}
        bars={periods.map(barOf)}
        leastSpan={LEAST_SPAN_WH}
        tickTexts={tickTexts}
        onPoint={(index) => (pointed.value = index)}
        onChoose={(index) => (location.hash = hrefBelow(unit, periods[index]?.from ?? 0))}
      />
      <p class="hint" id={`${titleId}-note`}>
        {words.energyNote}
      </p>
      <EnergyTable caption={words.energyName(name)} periods={begun(periods)} unit={unit} />
    </>
  );
}

/** Fed-in energy is below zero. */
function barOf(period: EnergySum): Bar {
  const { from, to, import_wh, export_wh } = period;
  return {
    from,
    to,
    parts: [
      ...(import_wh === null ? [] : [{ kind: "import", value: import_wh }]),
      ...(export_wh === null ? [] : [{ kind: "export", value: -export_wh }]),
    ],
    isEstimated: isEstimated(period),
    ...(isReset(period) ? { flag: "↺" } : {}),
  };
}

/** All in kWh. */
function tickTexts(ticks: readonly number[]): string[] {
  const values = ticks.map((wh) => wh / KILO);
  const digits = digitsOf(values);
  return values.map((value) => `${decimal(locale.value, value, digits)}\u00a0kWh`);
}

function Readout(props: { periods: readonly EnergySum[]; pointed: EnergySum | undefined; unit: EnergyUnit }) {
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
