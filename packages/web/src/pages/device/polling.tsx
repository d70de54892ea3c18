import type { DeviceReport } from "@energylive/api/contract";
import { integer } from "../../format/numbers.ts";
import { locale, t } from "../../i18n/locale.ts";
import { pollErrorText } from "../../i18n/translate.ts";
import { Age } from "../../ui/age.tsx";
import { Icon } from "../../ui/icon.tsx";
import { ItemProblems, PollError, Said } from "../../ui/said.tsx";
import { Fact } from "./condition.tsx";

/** The state of polling; as a notice, only what is wrong. */
export function Polling({ report, isNotice = false }: { report: DeviceReport; isNotice?: boolean }) {
  return isNotice ? <Notice report={report} /> : <Facts report={report} />;
}

function Notice({ report }: { report: DeviceReport }) {
  const { health, problems = [], last_error } = report;
  const words = t.value.device;
  return (
    <div class={`notice notice-${health}`}>
      <Icon name="warning" />
      <div>
        <p>
          <strong>{t.value.healthMeaning[health]}</strong>{" "}
          {health === "failing" ? pollErrorText(report) : null}
        </p>
        {health === "failing" && last_error !== undefined ? (
          <p class="muted">
            <Said text={last_error.message} />
          </p>
        ) : null}
        {problems.length === 0 ? null : (
          <>
            <p>{words.problems}:</p>
            <ItemProblems problems={problems} />
          </>
        )}
      </div>
    </div>
  );
}

function Facts({ report }: { report: DeviceReport }) {
  const words = t.value.device;
  const {
    last_polled_at,
    last_success_at,
    newest_measurement_at,
    consecutive_failures = 0,
    last_error,
    api_key,
  } = report;
  if (report.health === "invalid") return null;
  return (
    <section class="card" aria-labelledby="polling-title">
      <header class="card-head">
        <h2 id="polling-title">{words.polling}</h2>
      </header>
      <dl class="facts">
        <When name={words.lastPolled} at={last_polled_at} />
        <When name={words.lastSuccess} at={last_success_at} />
        <When name={words.newest} at={newest_measurement_at} />
        <Fact name={words.failures} text={integer(locale.value, consecutive_failures)} />
        {last_error === undefined ? null : (
          <div>
            <dt>{words.lastError}</dt>
            <dd>
              <span>
                <PollError report={report} />
              </span>{" "}
              <Age at={last_error.at} />
            </dd>
          </div>
        )}
        <Fact name={words.key} text={api_key} />
      </dl>
    </section>
  );
}

function When({ name, at }: { name: string; at: string | undefined }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Age at={at} />
      </dd>
    </div>
  );
}
