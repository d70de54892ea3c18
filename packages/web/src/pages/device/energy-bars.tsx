import type { EnergySum } from "@energylive/api/contract";
import { useSignal } from "@preact/signals";

import { BarChart } from "../../chart/bar-chart.tsx";
import type { Bar } from "../../chart/bars.ts";
import { ReadoutLine } from "../../chart/readout.tsx";
import { isEstimated, isReset, missingShare, totalOf } from "../../data/energy.ts";
import { decimal, digitsOf, energyText } from "../../format/numbers.ts";
import { rangeText } from "../../format/times.ts";
import { locale, t } from "../../i18n/locale.ts";
import { DirectionMark } from "../../ui/direction-mark.tsx";
import { EmptyState, FailureState, Skeleton } from "../../ui/states.tsx";
import { timeStyle } from "../../ui/zone.ts";
import { type BarsProps, barText, begun, type EnergyUnit, hrefBelow, useEnergy } from "./energy-data.ts";
import { EnergyTable, missingText } from "./energy-table.tsx";

const KILO = 1_000;
const LEAST_SPAN_WH = 100;

/** Drawn and fed-in energy, as bars and as a table. */
export function EnergyBars({ asked, name, titleId }: BarsProps) {
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
    <ReadoutLine
      time={pointed === undefined ? rangeText(timeStyle(), from, to) : barText(pointed, unit)}
      items={(["import", "export"] as const).map((direction) => ({
        name: words[direction],
        mark: <DirectionMark direction={direction} />,
        value: sumText(shown, direction, pointed !== undefined && isEstimated(pointed)),
      }))}
    />
  );
}

/** With what is to be known of it. */
function sumText(
  periods: readonly EnergySum[],
  direction: "import" | "export",
  isPartlyEstimated: boolean,
): string {
  const words = t.value.device;
  const total = totalOf(periods, direction);
  const missing = missingShare(periods);
  return [
    total === null ? words.unknownEnergy : energyText(locale.value, total),
    isPartlyEstimated ? ` (${words.estimated})` : "",
    total !== null && missing > 0 ? ` (${words.missing(missingText(missing))})` : "",
  ].join("");
}
