import {
  type AlertEntry,
  DEVICE_ORDERS,
  type DeviceOrder,
  type DevicePage,
  type Health,
} from "@energylive/api/contract";
import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { parameters, setParameters } from "../../app/router.ts";
import { session } from "../../app/session.ts";
import { alertsOf, useOpenAlerts } from "../../data/alerts.ts";
import { getDevices } from "../../data/device-list.ts";
import { onLive, watchDevices } from "../../data/live.ts";
import { useResource } from "../../data/resource.ts";
import { integer } from "../../format/numbers.ts";
import { locale, t } from "../../i18n/locale.ts";
import { PageTitle } from "../../ui/page-title.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { EmptyState, FailureState, Skeleton } from "../../ui/states.tsx";
import { DeviceCard } from "./device-card.tsx";
import { DeviceTable } from "./device-table.tsx";
import { HealthFilter } from "./health-filter.tsx";
import { OpenAlertsCard } from "./open-alerts.tsx";
import { TotalsCard } from "./totals.tsx";

const VIEWS = ["cards", "table"] as const;

/** Cards added at a time; there may be thousands of devices. */
const PAGE_SIZE = 60;
const REFRESH_MS = 30_000;
const SKELETON_CARDS = 6;

/** The search starts after this pause in typing. */
const TYPING_MS = 250;

export function OverviewPage() {
  const words = t.value.overview;
  const search = parameters.value.get("search") ?? "";
  const health = parameters.value.get("health") ?? undefined;
  const sort = DEVICE_ORDERS.find((order) => order === parameters.value.get("sort")) ?? "name";
  const isTable = parameters.value.get("view") === "table";
  const limit = useSignal(PAGE_SIZE);
  const page = useResource<DevicePage>(
    JSON.stringify([search, health, sort, limit.value]),
    (signal) => getDevices({ search, health, sort, limit: limit.value }, signal),
    { refreshMs: REFRESH_MS },
  );
  // The old list stays until the longer one arrives.
  const shown = useSignal<DevicePage | undefined>(undefined);
  const data = useComputed(() => {
    if (page.data.value !== undefined) shown.value = page.data.value;
    return page.data.value ?? shown.peek();
  }).value;
  useEffect(
    () =>
      onLive(({ kind }) => {
        if (kind === "devices") page.refresh();
      }),
    [],
  );
  const shownIds = data?.devices
    .filter(({ health }) => health !== "invalid")
    .map(({ device_id }) => device_id)
    .join();
  useEffect(() => {
    if (shownIds) watchDevices(shownIds.split(","));
  }, [shownIds]);
  const open = useOpenAlerts().data.value;
  const error = page.error.value;
  const isFiltered = search !== "" || health !== undefined;
  const isEmpty = data?.total === 0 && !isFiltered;
  return (
    <div class="page">
      <PageTitle title={words.title} />
      {isEmpty ? null : (
        <>
          <OpenAlertsCard open={open} />
          <TotalsCard />
          <div class="toolbar">
            <HealthFilter counts={data?.counts} chosen={health} onChoose={chooseHealth} />
            <Segmented
              label={words.view}
              choices={VIEWS.map((value) => ({ value, text: words.views[value] }))}
              chosen={isTable ? "table" : "cards"}
              onChoose={(view) => setParameters({ view: view === "table" ? view : undefined })}
            />
            <OrderField chosen={sort} />
            <SearchField value={search} />
          </div>
        </>
      )}
      {data === undefined ? (
        error === undefined ? (
          <Skeletons />
        ) : (
          <FailureState error={error} onRetry={page.refresh} />
        )
      ) : (
        <Devices
          page={data}
          alerts={open?.alerts}
          isTable={isTable}
          isFiltered={isFiltered}
          onMore={() => (limit.value += PAGE_SIZE)}
        />
      )}
    </div>
  );

  function chooseHealth(chosen: Health | undefined) {
    limit.value = PAGE_SIZE;
    setParameters({ health: chosen });
  }
}

function Devices({
  page,
  alerts,
  isTable,
  isFiltered,
  onMore,
}: {
  page: DevicePage;
  alerts: readonly AlertEntry[] | undefined;
  isTable: boolean;
  isFiltered: boolean;
  onMore: () => void;
}) {
  const words = t.value.overview;
  const number = (value: number) => integer(locale.value, value);
  if (page.total === 0) return isFiltered ? <NoMatch /> : <NoDevices />;
  const { length } = page.devices;
  return (
    <>
      <p class="muted device-count">
        {length < page.total
          ? words.shown(number(length), number(page.total))
          : length === 1
            ? words.countOne
            : words.count(number(length))}
      </p>
      {isTable ? (
        <DeviceTable reports={page.devices} alerts={alerts} />
      ) : (
        <ul class="device-grid">
          {page.devices.map((report, index) => (
            // Several items may have no id.
            <li key={`${report.device_id} ${report.health === "invalid" ? index : ""}`}>
              <DeviceCard report={report} alerts={alertsOf(alerts, report.device_id)} />
            </li>
          ))}
        </ul>
      )}
      {length < page.total ? (
        <p class="more">
          <button type="button" class="button" onClick={onMore}>
            {t.value.app.more}
          </button>
        </p>
      ) : null}
    </>
  );
}

function NoDevices() {
  const words = t.value.overview;
  const { kind, stage } = session.value ?? { kind: "embedded", stage: "" };
  const option = kind === "deployed" ? ` --stage ${stage}` : "";
  return (
    <EmptyState title={words.emptyTitle}>
      <p>
        <a class="button button-primary" href="#/manage">
          {words.emptyAction}
        </a>
      </p>
      <p>{words.emptyText}</p>
      <pre class="command">{`npx energylive devices add I-10082023-01658401${option}`}</pre>
    </EmptyState>
  );
}

function NoMatch() {
  const words = t.value.overview;
  return (
    <EmptyState title={words.noMatchTitle}>
      <p>{words.noMatchText}</p>
      <button
        type="button"
        class="button"
        onClick={() => setParameters({ search: undefined, health: undefined })}
      >
        {words.showAll}
      </button>
    </EmptyState>
  );
}

function OrderField({ chosen }: { chosen: DeviceOrder }) {
  const words = t.value.overview;
  return (
    <label class="select-field">
      {words.sort}
      <select
        value={chosen}
        onChange={({ currentTarget }) => {
          const order = currentTarget.value;
          setParameters({ sort: order === "name" ? undefined : order });
        }}
      >
        {DEVICE_ORDERS.map((order) => (
          <option key={order} value={order}>
            {words.orders[order]}
          </option>
        ))}
      </select>
    </label>
  );
}

function SearchField({ value }: { value: string }) {
  const timer = useSignal<ReturnType<typeof setTimeout> | undefined>(undefined);
  const label = t.value.overview.search;
  return (
    <label class="search-field">
      <span class="visually-hidden">{label}</span>
      <input
        type="search"
        placeholder={label}
        value={value}
        onInput={({ currentTarget }) => {
          clearTimeout(timer.value);
          timer.value = setTimeout(
            () => setParameters({ search: currentTarget.value || undefined }),
            TYPING_MS,
          );
        }}
      />
    </label>
  );
}

function Skeletons() {
  return (
    <div class="device-grid" role="status" aria-label={t.value.app.loading}>
      {Array.from({ length: SKELETON_CARDS }, (_, index) => (
        <Skeleton key={index} kind="card" />
      ))}
    </div>
  );
}
