import type { DeviceReport } from "@energylive/api/contract";
import { deviceHref } from "../../app/router.ts";
import { integer } from "../../format/numbers.ts";
import { locale, t } from "../../i18n/locale.ts";
import { pollErrorText } from "../../i18n/translate.ts";
import { Age } from "../../ui/age.tsx";
import { HealthBadge } from "../../ui/health-badge.tsx";
import { ItemProblems, Said } from "../../ui/said.tsx";
import { EmptyState } from "../../ui/states.tsx";

/** Failing, stale and invalid devices with their reasons. */
export function Troubled({ troubled, total }: { troubled: DeviceReport[]; total: number }) {
  const words = t.value.pipeline;
  const number = (value: number) => integer(locale.value, value);
  return (
    <section class="card" aria-labelledby="troubled-title">
      <header class="card-head">
        <h2 id="troubled-title">{words.troubled}</h2>
        {troubled.length < total ? (
          <p class="muted">{words.troubledShown(number(troubled.length), number(total))}</p>
        ) : null}
      </header>
      {troubled.length === 0 ? (
        <EmptyState title={words.noneTroubledTitle}>
          <p>{words.noneTroubledText}</p>
        </EmptyState>
      ) : (
        <ul class="troubled">
          {troubled.map((report, index) => (
            <li key={`${index} ${report.device_id}`}>
              <a href={deviceHref(report.device_id)}>{report.name ?? report.device_id}</a>
              <HealthBadge health={report.health} />
              <div class="reason">
                <Reason report={report} />
              </div>
              {report.health === "invalid" ? null : (
                <p class="muted">
                  {words.since}: <Age at={report.last_success_at} />
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Reason({ report }: { report: DeviceReport }) {
  const { health, problems = [], last_error, consecutive_failures: failures = 0 } = report;
  const { overview, healthMeaning } = t.value;
  if (health === "invalid") {
    return <ItemProblems problems={problems} />;
  }
  if (health !== "failing") return <>{healthMeaning[health]}</>;
  const count = failures === 1 ? overview.failuresOne : overview.failures(integer(locale.value, failures));
  return (
    <>
      {count}. {pollErrorText(report)}
      {last_error === undefined ? null : (
        <span class="cell-note">
          <Said text={last_error.message} />
        </span>
      )}
    </>
  );
}
