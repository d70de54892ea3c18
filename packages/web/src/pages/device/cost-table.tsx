import type { Cost } from "@energylive/api/contract";

import { SHOWN_PARTS, shownParts } from "../../data/cost.ts";
import { euroText } from "../../format/numbers.ts";
import { locale, t } from "../../i18n/locale.ts";
import { AsTable } from "../../ui/as-table.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { barText, type EnergyUnit, hrefBelow } from "./energy-data.ts";

interface CostTableProps {
  caption: string;
  periods: readonly Cost[];
  total: Cost | null;
  unit: EnergyUnit;
}

/** The bars as a table, newest first, with their sum. */
export function CostTable(props: CostTableProps) {
  return <AsTable table={() => <Rows {...props} />} />;
}

function Rows({ caption, periods, total, unit }: CostTableProps) {
  const words = t.value.cost;
  return (
    <DataTable
      caption={caption}
      head={[
        { text: t.value.device.period },
        ...SHOWN_PARTS.map((part) => ({ text: words.parts[part], isNumber: true })),
        { text: words.cost, isNumber: true },
        { text: words.earned, isNumber: true },
      ]}
    >
      {total === null ? null : (
        <tr class="total">
          <th scope="row">{t.value.device.total}</th>
          <Cells cost={total} unit="day" />
        </tr>
      )}
      {periods.toReversed().map((period) => (
        <tr key={period.from}>
          <th scope="row">
            <a href={hrefBelow(unit, period.from)}>{barText(period, unit)}</a>
            {period.quarter_hours.no_price === 0 ? null : <span class="cell-note"> {words.inPart}</span>}
          </th>
          <Cells cost={period} unit={unit} />
        </tr>
      ))}
    </DataTable>
  );
}

function Cells({ cost, unit }: { cost: Cost; unit: EnergyUnit }) {
  const parts = cost.cost === null ? undefined : shownParts(cost);
  const values = [...SHOWN_PARTS.map((part) => parts?.[part] ?? null), cost.cost, cost.earned];
  return (
    <>
      {values.map((eur, index) => (
        <td key={index} class="number">
          {moneyText(eur, unit)}
        </td>
      ))}
    </>
  );
}

/** To the cent; a quarter-hour or an hour, which costs few of them, to a hundredth of it. */
export function moneyText(eur: number | null, unit: EnergyUnit): string {
  if (eur === null) return "–";
  return euroText(locale.value, eur, unit === "quarter" || unit === "hour" ? 4 : 2);
}
