import type { AlertEntry, AlertRule } from "@energylive/api/contract";
import { useSignal } from "@preact/signals";

import { useDeviceAlerts } from "../../data/alerts.ts";
import { minuteText } from "../../format/times.ts";
import { t } from "../../i18n/locale.ts";
import { alertValue, ruleWords } from "../../i18n/translate.ts";
import { duration } from "../../ui/age.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { FailureState, Skeleton } from "../../ui/states.tsx";
import { timeStyle } from "../../ui/zone.ts";
import { RulesDialog } from "./rules-dialog.tsx";

/** Until someone asks for all of them. */
const FIRST_SHOWN = 8;

/** What a device is watched for, and every time that a rule held. */
export function AlertsCard(props: { deviceId: string; rules: AlertRule[] | null; onChange: () => void }) {
  const { deviceId, rules, onChange } = props;
  const words = t.value.alerts;
  const resource = useDeviceAlerts(deviceId);
  const isEdited = useSignal(false);
  const isWhole = useSignal(false);
  const found = resource.data.value?.alerts;
  const error = resource.error.value;
  return (
    <section class="card" aria-labelledby="device-alerts">
      <header class="card-head">
        <h2 id="device-alerts">{words.title}</h2>
        <div class="card-tools">
          <button type="button" class="button button-small" onClick={() => (isEdited.value = true)}>
            {words.rules}
          </button>
        </div>
      </header>
      <p class="hint">
        {rules === null || rules.length > 0 ? words.watchedFor(watched(rules)) : words.watchedForNothing}
      </p>
      {found === undefined ? (
        error === undefined ? (
          <Skeleton kind="table" />
        ) : (
          <FailureState error={error} onRetry={resource.refresh} />
        )
      ) : found.length === 0 ? (
        <p>{words.none}</p>
      ) : (
        <>
          <AlertTable alerts={isWhole.value ? found : found.slice(0, FIRST_SHOWN)} />
          {isWhole.value || found.length <= FIRST_SHOWN ? null : (
            <button type="button" class="link" onClick={() => (isWhole.value = true)}>
              {words.all}
            </button>
          )}
        </>
      )}
      {isEdited.value ? (
        <RulesDialog
          deviceId={deviceId}
          rules={rules ?? []}
          onClose={() => (isEdited.value = false)}
          onDone={() => {
            isEdited.value = false;
            onChange();
          }}
        />
      ) : null}
    </section>
  );
}

/** Its own rules, and that there are the stage's. */
function watched(rules: AlertRule[] | null): string {
  return [...(rules ?? []).map(ruleWords), t.value.alerts.stageRules].join("; ");
}

function AlertTable({ alerts }: { alerts: readonly AlertEntry[] }) {
  const words = t.value.alerts;
  return (
    <DataTable
      caption={words.title}
      head={[
        { text: words.began },
        { text: words.over },
        { text: words.alert },
        { text: t.value.device.value, isNumber: true },
      ]}
    >
      {alerts.map((alert) => (
        <tr
          key={`${JSON.stringify(alert.rule)} ${alert.began}`}
          class={alert.ended === null ? "total" : undefined}
        >
          <th scope="row">{minuteText(timeStyle(), alert.began)}</th>
          <td>{alert.ended === null ? words.lasts : words.after(duration(alert.ended - alert.began))}</td>
          <td>
            {ruleWords(alert.rule)}
            {alert.notify_error === null ? null : (
              <span class="cell-note"> {words.notTold(alert.notify_error)}</span>
            )}
          </td>
          <td class="number">{alertValue(alert)}</td>
        </tr>
      ))}
    </DataTable>
  );
}
