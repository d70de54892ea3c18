import { useSignal } from "@preact/signals";

import { type PlotView, usePlotView } from "../../chart/plot-view.ts";
import { RangePicker } from "../../chart/range-picker.tsx";
import { AnswerError } from "../../data/client.ts";
import { useDeviceDetail } from "../../data/device-detail.ts";
import { netPower } from "../../data/latest.ts";
import { METER_TYPES } from "../../data/types.ts";
import { t } from "../../i18n/locale.ts";
import { problemAnswer } from "../../i18n/translate.ts";
import { HealthBadge } from "../../ui/health-badge.tsx";
import { PageTitle } from "../../ui/page-title.tsx";
import { EmptyState, FailureState, Skeleton } from "../../ui/states.tsx";
import { PowerNow } from "../overview/device-card.tsx";
import { MarketPrices } from "../prices/market-prices.tsx";
import { AlertsCard } from "./alerts-card.tsx";
import { Condition } from "./condition.tsx";
import { EditDevice } from "./edit-device.tsx";
import { EnergyCard } from "./energy-card.tsx";
import { LatestTable } from "./latest-table.tsx";
import { Polling } from "./polling.tsx";
import { PowerCard, usePower } from "./power-card.tsx";

const NOT_FOUND = 404;

export function DevicePage({ deviceId }: { deviceId: string }) {
  const { resource, latest, isLive } = useDeviceDetail(deviceId);
  const plot = usePlotView();
  const isPowerDrawn = useSignal(false);
  const words = t.value.device;
  const error = resource.error.value;
  const detail = resource.data.value;
  if (detail === undefined) {
    if (error instanceof AnswerError && error.status === NOT_FOUND)
      return <UnknownDevice deviceId={deviceId} />;
    if (error !== undefined) return <FailureState error={error} onRetry={resource.refresh} />;
    return <Loading deviceId={deviceId} plot={plot} />;
  }
  const { report, labels, tariff, alerts } = detail;
  const { name = deviceId, health } = report;
  const hasMeter =
    latest.value.size === 0 || METER_TYPES.some((type) => latest.value.has(type)) || health === "invalid";
  return (
    <div class="page">
      <div class="device-head">
        <div class="device-head-names">
          <PageTitle title={name} />
          <p class="device-head-id">
            {name === deviceId ? null : <span>{deviceId}</span>}
            <HealthBadge health={health} />
            {isLive.value ? (
              <span class="badge badge-live" title={words.liveMeaning}>
                {words.live}
              </span>
            ) : null}
            {Object.entries(labels).map(([label, text]) => (
              <span key={label} class="label-chip">
                {label}: {text}
              </span>
            ))}
          </p>
          <EditDevice report={report} labels={labels} tariff={tariff} onChange={resource.refresh} />
        </div>
        {netPower(latest.value) === undefined ? null : (
          <PowerNow latest={latest} isThere isPaused={health === "disabled"} />
        )}
      </div>
      {health === "failing" || health === "invalid" || health === "stale" ? (
        <Polling report={report} isNotice />
      ) : null}
      {hasMeter && health !== "invalid" ? (
        <>
          <RangePicker plot={plot} />
          <PowerCard
            deviceId={deviceId}
            name={name}
            plot={plot}
            rules={alerts ?? []}
            onDrawn={() => (isPowerDrawn.value = true)}
          />
          <EnergyCard deviceId={deviceId} name={name} plot={plot} isAwaited={!isPowerDrawn.value} />
          {tariff !== null && isPowerDrawn.value ? <MarketPrices /> : null}
        </>
      ) : null}
      {hasMeter ? null : (
        <section class="card">
          <EmptyState title={words.noMeterTitle}>
            <p>{words.noMeterText}</p>
          </EmptyState>
        </section>
      )}
      {health === "invalid" ? null : (
        <AlertsCard deviceId={deviceId} rules={alerts} onChange={resource.refresh} />
      )}
      <div class="device-columns">
        <LatestTable latest={latest.value} />
        <div class="device-side">
          <Condition latest={latest.value} />
          <Polling report={report} />
        </div>
      </div>
    </div>
  );
}

function UnknownDevice({ deviceId }: { deviceId: string }) {
  return (
    <div class="page">
      <PageTitle title={t.value.device.unnamed} />
      <EmptyState title={problemAnswer({ code: "device_unknown", device_id: deviceId }).text}>
        <a href="#/">{t.value.app.backToOverview}</a>
      </EmptyState>
    </div>
  );
}

function Loading({ deviceId, plot }: { deviceId: string; plot: PlotView }) {
  // Fetch early: nearly every device has a meter.
  usePower(deviceId, plot);
  return (
    <div class="page" role="status" aria-label={t.value.app.loading}>
      <PageTitle title={deviceId} />
      <Skeleton kind="chart" />
      <Skeleton kind="chart" />
    </div>
  );
}
