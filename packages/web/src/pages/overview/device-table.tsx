import type { AlertEntry, DeviceReport } from "@energylive/api/contract";
import { deviceHref } from "../../app/router.ts";
import { alertsOf } from "../../data/alerts.ts";
import { newestAt } from "../../data/latest.ts";
import { energyText } from "../../format/numbers.ts";
import { locale, t } from "../../i18n/locale.ts";
import { Age } from "../../ui/age.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { HealthBadge } from "../../ui/health-badge.tsx";
import { useOnScreen } from "../../ui/on-screen.ts";
import { AlertMarks, dayMoney, usePowerNow } from "./device-card.tsx";
import { useLiveSummary } from "./live-summary.ts";

/** The devices as a table: a line has what a card has, without its curve. */
export function DeviceTable(props: {
  reports: readonly DeviceReport[];
  alerts: readonly AlertEntry[] | undefined;
}) {
  const { reports, alerts } = props;
  const words = t.value.overview;
  return (
    <div class="card">
      <DataTable
        caption={words.title}
        head={[
          { text: t.value.compare.device },
          { text: words.powerNow, isNumber: true },
          { text: words.drawnToday, isNumber: true },
          { text: words.fedInToday, isNumber: true },
          { text: words.age, isNumber: true },
          { text: words.health },
        ]}
      >
        {reports.map((report, index) => (
          // Several items may have no id.
          <Row
            key={`${report.device_id} ${report.health === "invalid" ? index : ""}`}
            report={report}
            alerts={alertsOf(alerts, report.device_id)}
          />
        ))}
      </DataTable>
    </div>
  );
}

function Row({ report, alerts }: { report: DeviceReport; alerts: readonly AlertEntry[] }) {
  const { device_id, name = device_id, health } = report;
  const { ref, isOnScreen } = useOnScreen<HTMLTableRowElement>();
  const { resource, latest, imported, exported } = useLiveSummary(
    device_id,
    isOnScreen && health !== "invalid",
  );
  const power = usePowerNow(latest, health === "disabled");
  const isThere = resource.data.value !== undefined;
  const cost = resource.data.value?.cost ?? null;
  const kwh = (wh: number | null | undefined) => (wh == null ? "–" : energyText(locale.value, wh));
  return (
    <tr ref={ref}>
      <th scope="row">
        <a href={deviceHref(device_id)}>{name}</a>
        <AlertMarks alerts={alerts} />
      </th>
      <td class="number">
        {isThere ? (
          <span class={`power-cell ${power.className}`}>
            {power.icon}
            {power.value}
            <span class={power.isOld ? "cell-note" : "visually-hidden"}> {power.words}</span>
          </span>
        ) : (
          "–"
        )}
      </td>
      <td class="number">
        {kwh(imported.value?.today_wh)}
        <Money text={dayMoney(cost, "cost")} />
      </td>
      <td class="number">
        {kwh(exported.value?.today_wh)}
        <Money text={dayMoney(cost, "earned")} />
      </td>
      <td class="number">
        <Age at={newestAt(latest.value) ?? report.newest_measurement_at} />
      </td>
      <td>
        <HealthBadge health={health} />
      </td>
    </tr>
  );
}

function Money({ text }: { text: string | undefined }) {
  return text === undefined || text.trim() === "" ? null : <span class="cell-note"> {text}</span>;
}
