import type { OpenAlerts } from "@energylive/api/contract";

import { deviceHref } from "../../app/router.ts";
import { integer } from "../../format/numbers.ts";
import { locale, t } from "../../i18n/locale.ts";
import { alertValue, ruleWords } from "../../i18n/translate.ts";
import { Age } from "../../ui/age.tsx";
import { Icon } from "../../ui/icon.tsx";

/** The page is about devices: of many alerts the newest. */
const MOST_SHOWN = 6;

/** The alerts of all devices that last; nothing where there are none. */
export function OpenAlertsCard({ open }: { open: OpenAlerts | undefined }) {
  if (open === undefined || open.total === 0) return null;
  const words = t.value.alerts;
  const shown = open.alerts.slice(0, MOST_SHOWN);
  const more = open.total - shown.length;
  return (
    <section class="card alerts-card" aria-labelledby="open-alerts">
      <h2 id="open-alerts">
        {open.total === 1 ? words.openOne : words.open(integer(locale.value, open.total))}
      </h2>
      <ul class="alert-list">
        {shown.map((alert) => (
          <li key={`${alert.device_id} ${JSON.stringify(alert.rule)} ${alert.began}`}>
            <Icon name="warning" />
            <span>
              <a href={deviceHref(alert.device_id)}>{alert.name}</a>: {ruleWords(alert.rule)} (
              {alertValue(alert)}), <Age at={alert.began} />
              {alert.notify_error === null ? null : (
                <span class="muted"> {words.notTold(alert.notify_error)}</span>
              )}
            </span>
          </li>
        ))}
      </ul>
      {more === 0 ? null : <p class="muted">{words.more(integer(locale.value, more))}</p>}
    </section>
  );
}
