import type { Totals, TotalsOf } from "@energylive/api/contract";
import { parameters, setParameters } from "../../app/router.ts";
import { apiUrl, getJson } from "../../data/client.ts";
import { now } from "../../data/clock.ts";
import { useResource } from "../../data/resource.ts";
import { energyText, integer, powerText } from "../../format/numbers.ts";
import { language, locale, t } from "../../i18n/locale.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { zone } from "../../ui/zone.ts";

const REFRESH_MS = 15_000;

/** What all devices draw and feed in together, and those with the same value of a label. Nothing where there is one device. */
export function TotalsCard() {
  const by = parameters.value.get("by") ?? undefined;
  const resource = useResource<Totals>(
    by ?? "",
    (signal) => getJson("/api/totals", { zone, label: by }, signal),
    { refreshMs: REFRESH_MS },
  );
  const totals = resource.data.value;
  if (totals === undefined || totals.all.devices < 2) return null;
  const words = t.value.overview;
  const { labels, all, groups } = totals;
  return (
    <section class="card totals" aria-label={words.together}>
      <div class="totals-all">
        <dl class="totals-figures">
          {figuresOf(all).map(({ name, text, note }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                {text}
                {note === undefined ? null : <span class="cell-note"> {note}</span>}
              </dd>
            </div>
          ))}
        </dl>
        <a class="button" href={reportUrl(undefined)} target="_blank" rel="noopener">
          {t.value.device.report}
        </a>
        {labels.length === 0 ? null : (
          <label class="select-field">
            {words.byLabel}
            <select
              value={by ?? ""}
              onChange={({ currentTarget }) => setParameters({ by: currentTarget.value || undefined })}
            >
              <option value="">{words.noLabel}</option>
              {labels.map((label) => (
                <option key={label} value={label}>
                  {label}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {by === undefined || groups.length === 0 ? null : <Groups label={by} groups={groups} />}
    </section>
  );
}

/** Of this month so far. */
function reportUrl(label: string | undefined): string {
  return apiUrl("/api/report", { label, unit: "month", at: now.value, language: language.value });
}

function Groups({ label, groups }: { label: string; groups: Totals["groups"] }) {
  const words = t.value.overview;
  const [, ...heads] = figuresOf(groups[0] as TotalsOf);
  return (
    <DataTable
      caption={words.totalsBy(label)}
      head={[
        { text: label },
        { text: words.devices, isNumber: true },
        ...heads.map(({ name }) => ({ text: name, isNumber: true })),
      ]}
    >
      {groups.map((group) => {
        const [count, ...figures] = figuresOf(group);
        return (
          <tr key={group.value}>
            <th scope="row">
              {group.value === null ? (
                <span class="muted">{words.withoutLabel}</span>
              ) : (
                <button
                  type="button"
                  class="link"
                  onClick={() => setParameters({ search: `${label} ${group.value}` })}
                >
                  {group.value}
                </button>
              )}
              {group.value === null ? null : (
                <>
                  {" "}
                  <a
                    class="cell-note"
                    href={reportUrl(`${label}=${group.value}`)}
                    target="_blank"
                    rel="noopener"
                    aria-label={`${t.value.device.report}: ${label} ${group.value}`}
                  >
                    {t.value.device.report}
                  </a>
                </>
              )}
            </th>
            <td class="number">{count?.text}</td>
            {figures.map(({ name, text, note }) => (
              <td key={name} class="number">
                {text}
                {note === undefined ? null : <span class="cell-note"> {note}</span>}
              </td>
            ))}
          </tr>
        );
      })}
    </DataTable>
  );
}

interface Figure {
  name: string;
  text: string;
  /** Of how many devices, if not of all. */
  note: string | undefined;
}

function figuresOf(total: TotalsOf): Figure[] {
  const { overview: words, power } = t.value;
  const number = (value: number) => integer(locale.value, value);
  const of = (count: number) =>
    count === total.devices || count === 0
      ? undefined
      : words.ofDevices(number(count), number(total.devices));
  const watts = total.power_w;
  const energyOf = (wh: number | null) => (wh === null ? "–" : energyText(locale.value, wh));
  return [
    { name: words.devices, text: number(total.devices), note: undefined },
    {
      name: words.powerNow,
      text:
        watts === null
          ? "–"
          : `${powerText(locale.value, Math.abs(watts))} ${Math.round(watts) === 0 ? "" : watts > 0 ? power.drawnShort : power.fedInShort}`.trim(),
      note: of(total.with_power),
    },
    { name: words.drawnToday, text: energyOf(total.import_wh), note: of(total.with_energy) },
    { name: words.fedInToday, text: energyOf(total.export_wh), note: of(total.with_energy) },
  ];
}
