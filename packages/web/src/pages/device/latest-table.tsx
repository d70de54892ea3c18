import type { LatestByType } from "../../data/latest.ts";
import { exact } from "../../format/numbers.ts";
import { locale, t } from "../../i18n/locale.ts";
import { meaningOf } from "../../i18n/translate.ts";
import { Age } from "../../ui/age.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { EmptyState } from "../../ui/states.tsx";

/** The latest value of every type, with all stored digits. */
export function LatestTable({ latest }: { latest: LatestByType }) {
  const words = t.value.device;
  const rows = [...latest.values()].sort((a, b) => (a.measurement_type < b.measurement_type ? -1 : 1));
  return (
    <section class="card" aria-labelledby="latest-title">
      <header class="card-head">
        <h2 id="latest-title">{words.latest}</h2>
      </header>
      {rows.length === 0 ? (
        <EmptyState title={words.noLatestTitle}>
          <p>{words.noLatestText}</p>
        </EmptyState>
      ) : (
        <DataTable
          caption={words.latest}
          head={[
            { text: words.type },
            { text: words.obis, className: "obis" },
            { text: words.value, isNumber: true },
            { text: words.age, isNumber: true },
          ]}
        >
          {rows.map((value) => (
            <tr key={value.measurement_type}>
              <th scope="row" title={value.measurement_type}>
                {meaningOf(value)}
                <span class="obis-below">{value.obis ?? value.measurement_type}</span>
              </th>
              <td class="obis">{value.obis ?? value.measurement_type}</td>
              <td class="number">
                {exact(locale.value, value.value)}
                {value.unit === undefined ? null : <span class="unit">{`\u00a0${value.unit}`}</span>}
              </td>
              <td class="number">
                <Age at={value.timestamp} />
              </td>
            </tr>
          ))}
        </DataTable>
      )}
    </section>
  );
}
