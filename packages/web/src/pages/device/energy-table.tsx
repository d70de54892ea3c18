import type { EnergySum } from "@energylive/api/contract";
import { isEstimated, isReset, missingShare, totalOf } from "../../data/energy.ts";
import { energyText, percent } from "../../format/numbers.ts";
import { locale, t } from "../../i18n/locale.ts";
import { AsTable } from "../../ui/as-table.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { barText, type EnergyUnit, hrefBelow } from "./energy-data.ts";

/** The bars as a table, newest first, with their sum. */
export function EnergyTable(props: { caption: string; periods: readonly EnergySum[]; unit: EnergyUnit }) {
  return <AsTable table={() => <Rows {...props} />} />;
}

function Rows({
  caption,
  periods,
  unit,
}: {
  caption: string;
  periods: readonly EnergySum[];
  unit: EnergyUnit;
}) {
  const words = t.value;
  return (
    <DataTable
      caption={caption}
      head={[
        { text: words.device.period },
        { text: words.energy.import, isNumber: true },
        { text: words.energy.export, isNumber: true },
      ]}
    >
      <tr class="total">
        <th scope="row">{words.device.total}</th>
        <td class="number">{whText(totalOf(periods, "import"))}</td>
        <td class="number">{whText(totalOf(periods, "export"))}</td>
      </tr>
      {periods.toReversed().map((period) => (
        <tr key={period.from}>
          <th scope="row">
            <a href={hrefBelow(unit, period.from)}>{barText(period, unit)}</a>
          </th>
          <Cell period={period} wh={period.import_wh} />
          <Cell period={period} wh={period.export_wh} />
        </tr>
      ))}
    </DataTable>
  );
}

function Cell({ period, wh }: { period: EnergySum; wh: number | null }) {
  const words = t.value.device;
  const missing = missingShare([period]);
  const notes = [
    wh !== null && isEstimated(period) ? words.estimated : "",
    wh !== null && isReset(period) ? words.reset : "",
    wh !== null && missing > 0 ? words.missing(missingText(missing)) : "",
  ].filter(Boolean);
  return (
    <td class="number">
      {whText(wh)}
      {notes.length === 0 ? null : <span class="cell-note"> {notes.join(", ")}</span>}
    </td>
  );
}

function whText(wh: number | null): string {
  return wh === null ? "–" : energyText(locale.value, wh);
}

/** At least one percent, so that little is not none. */
export function missingText(share: number): string {
  return percent(locale.value, Math.max(0.01, share));
}
