import { useEffect } from "preact/hooks";
import { PeriodPicker } from "../../chart/period-picker.tsx";
import { type PlotView, usePlotView } from "../../chart/plot-view.ts";
import { RangePicker } from "../../chart/range-picker.tsx";
import { now } from "../../data/clock.ts";
import { useDeviceNames } from "../../data/device-list.ts";
import { watchDevices } from "../../data/live.ts";
import { periodLabel } from "../../format/times.ts";
import { t } from "../../i18n/locale.ts";
import { periodAt, periodName, steppedPeriod } from "../../time/period.ts";
import { PageTitle } from "../../ui/page-title.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { timeStyle, zone } from "../../ui/zone.ts";
import { CompareCard } from "./compare-card.tsx";
import { type ComparedPeriods, comparedPeriods } from "./curves.ts";
import { DevicePicker } from "./device-picker.tsx";
import { EnergyComparison } from "./energy-comparison.tsx";
import {
  type CompareMode,
  type CompareQuantity,
  type CompareSelection,
  readSelection,
  writeSelection,
  yearBefore,
} from "./selection.ts";

const MODES: readonly CompareMode[] = ["devices", "periods"];
const QUANTITIES: readonly CompareQuantity[] = ["net", "drawn", "fedIn"];

const BEFORE = ["period", "year"] as const;

export function ComparePage() {
  const words = t.value.compare;
  const selection = readSelection();
  const { mode, deviceIds } = selection;
  const plot = usePlotView(mode === "periods" ? "week" : undefined);
  const nameOf = useDeviceNames();
  const watched = deviceIds.join();
  useEffect(() => {
    if (watched !== "") watchDevices(watched.split(","));
  }, [watched]);
  const shown = plot.period.value ?? periodAt(zone, "week", now.value);
  const periods = mode === "periods" ? comparedPeriods(selection, shown) : undefined;
  const compared =
    periods === undefined
      ? deviceIds.map(nameOf)
      : [periods.first, periods.second].map((period) =>
          periodLabel(timeStyle(), t.value.period, period, now.value),
        );
  return (
    <div class="page">
      <PageTitle title={words.title} />
      <div class="toolbar">
        <Segmented
          label={words.mode}
          choices={MODES.map((value) => ({ value, text: words.modes[value] }))}
          chosen={mode}
          onChoose={(chosen) => {
            writeSelection({ mode: chosen });
            plot.follow(chosen === "periods" ? "week" : "24h");
          }}
        />
        <Segmented
          label={words.quantity}
          choices={QUANTITIES.map((value) => ({ value, text: words.quantities[value] }))}
          chosen={selection.quantity}
          onChoose={(quantity) => writeSelection({ quantity })}
        />
        <Computed selection={selection} />
      </div>
      <DevicePicker
        chosen={deviceIds}
        nameOf={nameOf}
        isSingle={mode === "periods"}
        onChoose={(ids) => writeSelection({ deviceIds: ids })}
      />
      {deviceIds.length === 0 ? (
        <section class="card">
          <EmptyState title={words.emptyTitle}>
            <p>{words.emptyText}</p>
          </EmptyState>
        </section>
      ) : (
        <>
          {periods === undefined ? (
            <RangePicker plot={plot} />
          ) : (
            <PeriodsPicker selection={selection} plot={plot} periods={periods} />
          )}
          <CompareCard selection={selection} plot={plot} periods={periods} names={compared} />
          <EnergyComparison
            selection={selection}
            range={plot.settled.value}
            periods={periods}
            names={compared}
          />
        </>
      )}
    </div>
  );
}

function Computed({ selection }: { selection: CompareSelection }) {
  const words = t.value.compare;
  const { mode, deviceIds, hasSum, hasDifference } = selection;
  const canDiffer = mode === "periods" || deviceIds.length === 2;
  return (
    <div class="checks">
      {mode === "periods" ? null : (
        <label>
          <input type="checkbox" checked={hasSum} onChange={() => writeSelection({ hasSum: !hasSum })} />
          {words.sum}
        </label>
      )}
      <label title={canDiffer ? undefined : words.differenceNeedsTwo}>
        <input
          type="checkbox"
          checked={hasDifference && canDiffer}
          disabled={!canDiffer}
          onChange={() => writeSelection({ hasDifference: !hasDifference })}
        />
        {words.difference}
      </label>
    </div>
  );
}

/** The period of the chart, and the one that lies under it. */
function PeriodsPicker(props: { selection: CompareSelection; plot: PlotView; periods: ComparedPeriods }) {
  const { selection, plot, periods } = props;
  const { first, second } = periods;
  const words = t.value.compare;
  const choose = (withPeriod: string) => writeSelection({ withPeriod });
  const before = { period: steppedPeriod(zone, first, -1), year: yearBefore(first) };
  return (
    <>
      <PeriodPicker label={words.firstPeriod} period={first} onChoose={plot.follow} />
      <div class="toolbar">
        <span>{words.comparedWith}</span>
        <PeriodPicker label={words.comparedWith} period={second} hasUnit={false} onChoose={choose} />
        <Segmented
          label={words.comparedWith}
          choices={(first.unit === "year" ? BEFORE.slice(0, 1) : BEFORE).map((value) => ({
            value,
            text: words.before[value],
          }))}
          chosen={BEFORE.find((each) => before[each].from === second.from)}
          onChoose={(chosen) => choose(periodName(zone, before[chosen], now.peek()))}
        />
        {first.unit === "month" || first.unit === "year" ? (
          <label>
            <input
              type="checkbox"
              checked={selection.byWeekday}
              onChange={() => writeSelection({ byWeekday: !selection.byWeekday })}
            />
            {words.byWeekday}
          </label>
        ) : null}
      </div>
    </>
  );
}
