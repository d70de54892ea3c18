import type { DevicePage, TariffComparison } from "@energylive/api/contract";
import { useId } from "preact/hooks";

import { parameters, setParameters } from "../../app/router.ts";
import { PeriodPicker } from "../../chart/period-picker.tsx";
import { getJson } from "../../data/client.ts";
import { now } from "../../data/clock.ts";
import { getDevices, useDeviceNames } from "../../data/device-list.ts";
import { useResource } from "../../data/resource.ts";
import { energyText, euroText, integer } from "../../format/numbers.ts";
import { periodText, rangeText } from "../../format/times.ts";
import { locale, t } from "../../i18n/locale.ts";
import { periodAt, readPeriod } from "../../time/period.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { PriceSources } from "../../ui/price-sources.tsx";
import { EmptyState, FailureState, Skeleton } from "../../ui/states.tsx";
import { timeStyle, zone } from "../../ui/zone.ts";
import { DevicePicker } from "../compare/device-picker.tsx";

const REFRESH_MS = 300_000;

/** What each tariff would have cost with the quarter-hours of a device. */
export function TariffComparisonCard() {
  const words = t.value.tariffs;
  const titleId = useId();
  const nameOf = useDeviceNames();
  const first = useResource<DevicePage>("first", (signal) => getDevices({ search: "", limit: 1 }, signal));
  const device = parameters.value.get("device") ?? first.data.value?.devices[0]?.device_id;
  const period =
    readPeriod(zone, parameters.value.get("range") ?? "year", now.value) ?? periodAt(zone, "year", now.value);
  const query = { device, from: period.from, to: period.to, zone };
  const resource = useResource<TariffComparison>(
    JSON.stringify(query),
    (signal) => getJson("/api/tariffs/compare", query, signal),
    { refreshMs: REFRESH_MS, enabled: device !== undefined },
  );
  const answer = resource.data.value;
  const error = resource.error.value;
  return (
    <section class="card" aria-labelledby={titleId}>
      <header class="card-head">
        <h2 id={titleId}>{words.title}</h2>
      </header>
      <div class="toolbar">
        <DevicePicker
          chosen={device === undefined ? [] : [device]}
          nameOf={nameOf}
          isSingle
          onChoose={([id]) => setParameters({ device: id }, { isStep: true })}
        />
        <PeriodPicker
          label={t.value.device.range}
          period={period}
          onChoose={(range) => setParameters({ range }, { isStep: true })}
        />
      </div>
      {answer === undefined ? (
        error !== undefined ? (
          <FailureState error={error} onRetry={resource.refresh} />
        ) : first.data.value?.total === 0 ? (
          <EmptyState title={t.value.overview.emptyTitle} />
        ) : (
          <Skeleton kind="table" />
        )
      ) : answer.tariffs.length === 0 ? (
        <EmptyState title={words.noneTitle}>
          <p>{words.noneText}</p>
          <code>npx energylive tariffs import FILE</code>
        </EmptyState>
      ) : (
        <Compared answer={answer} />
      )}
    </section>
  );
}

function Compared({ answer }: { answer: TariffComparison }) {
  const words = t.value.tariffs;
  const { tariffs, own, price_sources } = answer;
  const money = (eur: number | null) => (eur === null ? "–" : euroText(locale.value, eur));
  const yardstick = tariffs.find(({ tariff }) => tariff === own) ?? tariffs[0];
  return (
    <>
      <DataTable
        caption={words.title}
        head={[
          { text: words.tariff },
          { text: t.value.cost.parts.energy, isNumber: true },
          { text: words.withAll, isNumber: true },
          { text: t.value.cost.earned, isNumber: true },
          { text: words.balance, isNumber: true },
          { text: own === null ? words.toCheapest : words.toOwn, isNumber: true },
        ]}
      >
        {tariffs.map(({ tariff, balance, total }) => (
          <tr key={tariff} class={tariff === own ? "total" : undefined}>
            <th scope="row">
              {tariff}
              {tariff === own ? <span class="cell-note"> {words.own}</span> : null}
            </th>
            <td class="number">{money(total.cost === null ? null : total.parts.energy)}</td>
            <td class="number">{money(total.cost)}</td>
            <td class="number">{money(total.earned)}</td>
            <td class="number">{money(balance)}</td>
            <td class="number">
              {tariff === yardstick?.tariff ? "" : signed(balance - (yardstick?.balance ?? 0))}
            </td>
          </tr>
        ))}
      </DataTable>
      <Rests answer={answer} />
      <PriceSources sources={price_sources} />
      <Months answer={answer} />
    </>
  );
}

/** With a plus, too. */
function signed(eur: number): string {
  const text = euroText(locale.value, eur);
  return eur > 0 ? `+${text}` : text;
}

/** What the comparison rests on. */
function Rests({ answer: { from, to, tariffs } }: { answer: TariffComparison }) {
  const words = t.value.tariffs;
  const [first] = tariffs;
  if (first === undefined) return null;
  const { quarter_hours } = first.total;
  const number = (count: number) => integer(locale.value, count);
  const unpriced = tariffs.filter(({ total }) => total.quarter_hours.no_price > 0);
  return (
    <>
      <p class="hint">
        {words.rests(
          rangeText(timeStyle(), from, Math.min(to, now.value)),
          number(quarter_hours.priced + quarter_hours.no_price),
          number(quarter_hours.not_measured),
        )}{" "}
        {words.past}
      </p>
      {unpriced.map(({ tariff, total }) => (
        <p key={tariff} class="hint">
          {tariff}:{" "}
          {t.value.cost.noPrice(
            number(total.quarter_hours.no_price),
            energyText(locale.value, total.unpriced_wh),
          )}
        </p>
      ))}
    </>
  );
}

/** The balance of each month. */
function Months({ answer: { tariffs } }: { answer: TariffComparison }) {
  const words = t.value.tariffs;
  const months = (tariffs[0]?.months ?? []).map(({ from }) => from).filter((from) => from < now.value);
  if (months.length < 2) return null;
  return (
    <>
      <h3 class="sub-head">{words.byMonth}</h3>
      <DataTable
        caption={words.byMonth}
        head={[
          { text: t.value.device.units.month },
          ...tariffs.map(({ tariff }) => ({ text: tariff, isNumber: true })),
        ]}
      >
        {months.map((from, index) => (
          <tr key={from}>
            <th scope="row">{periodText(timeStyle(), from, "month")}</th>
            {tariffs.map(({ tariff, months: costs }) => {
              const { cost = null, earned = null } = costs[index] ?? {};
              const isKnown = (cost ?? earned) !== null;
              return (
                <td key={tariff} class="number">
                  {isKnown ? euroText(locale.value, (cost ?? 0) - (earned ?? 0)) : "–"}
                </td>
              );
            })}
          </tr>
        ))}
      </DataTable>
    </>
  );
}
