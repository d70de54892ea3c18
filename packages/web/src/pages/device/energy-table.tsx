import type { EnergyBar } from "@energylive/api/contract";
import { type EnergyPeriod, totalOf } from "../../chart/bars.ts";
import { energyText } from "../../format/numbers.ts";
import { periodText } from "../../format/times.ts";
import { locale, t } from "../../i18n/locale.ts";
import { AsTable } from "../../ui/as-table.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { timeStyle } from "../../ui/zone.ts";
import type { EnergyUnit } from "./energy-data.ts";

/** The bars as a table, newest first, with their sum. */
export function EnergyTable(props: { caption: string; periods: readonly EnergyPeriod[]; unit: EnergyUnit }) {
  return <AsTable table={() => <Rows {...props} />} />;
}

function Rows({
  caption,
  periods,
  unit,
}: {
  caption: string;
  periods: readonly EnergyPeriod[];
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
          <th scope="row">{periodText(timeStyle(), period.from, unit)}</th>
          <BarCell bar={period.import} />
          <BarCell bar={period.export} />
        </tr>
      ))}
    </DataTable>
  );
}

function BarCell({ bar }: { bar: EnergyBar | undefined }) {
  const words = t.value.device;
  const notes = [
    bar?.estimated === true ? words.estimated : "",
    bar?.reset === true ? words.reset : "",
  ].filter(Boolean);
  return (
    <td class="number">
      {whText(bar?.wh ?? null)}
      {notes.length === 0 ? null : <span class="cell-note"> {notes.join(", ")}</span>}
    </td>
  );
}

function whText(wh: number | null): string {
  return wh === null ? "–" : energyText(locale.value, wh);
}
