import type { AlertEntry, DayCost, DayEnergy, DeviceProblem, DeviceReport } from "@energylive/api/contract";
import { type ReadonlySignal, useComputed } from "@preact/signals";
import { deviceHref } from "../../app/router.ts";
import { Sparkline } from "../../chart/sparkline.tsx";
import { now } from "../../data/clock.ts";
import { type LatestByType, netPower, newestAt, powerAt } from "../../data/latest.ts";
import { energy, energyText, euroText, exact, percent, power, powerText } from "../../format/numbers.ts";
import { locale, t } from "../../i18n/locale.ts";
import { meaningOf, ruleWords } from "../../i18n/translate.ts";
import { extentOf } from "../../series/extent.ts";
import type { Point } from "../../series/point.ts";
import { DAY_MS, MINUTE_MS } from "../../time/zone.ts";
import { Age } from "../../ui/age.tsx";
import { HealthBadge } from "../../ui/health-badge.tsx";
import { Icon } from "../../ui/icon.tsx";
import { useOnScreen } from "../../ui/on-screen.ts";
import { ItemProblems, PollError } from "../../ui/said.tsx";
import { Skeleton } from "../../ui/states.tsx";
import { Value } from "../../ui/value.tsx";
import { useLiveSummary } from "./live-summary.ts";

/** Power that was measured longer ago than this is not what flows now, even if the device is polled less often. */
const OLD_AFTER_MS = 15 * MINUTE_MS;

export function DeviceCard({ report, alerts }: { report: DeviceReport; alerts: readonly AlertEntry[] }) {
  const { device_id, name = device_id, health } = report;
  const { ref, isOnScreen } = useOnScreen<HTMLElement>();
  const { resource, latest, imported, exported, sparkline } = useLiveSummary(
    device_id,
    isOnScreen && health !== "invalid",
  );
  const isThere = resource.data.value !== undefined;
  const hasMeter = netPower(latest.value) !== undefined;
  const newest = newestAt(latest.value) ?? report.newest_measurement_at;
  return (
    <article class={`card device-card device-${health}`} ref={ref} aria-label={name}>
      <header class="device-card-head">
        <div class="device-card-names">
          <h2 class="device-card-name">
            <a href={deviceHref(device_id)}>{name}</a>
          </h2>
          {name === device_id ? null : <p class="device-card-id">{device_id}</p>}
        </div>
        <HealthBadge health={health} />
      </header>
      {health === "invalid" ? (
        <Problems problems={report.problems ?? []} />
      ) : (
        <>
          <PowerNow latest={latest} isThere={isThere} isPaused={health === "disabled"} />
          {isThere && !hasMeter && latest.value.size > 0 ? (
            <OwnValues latest={latest.value} />
          ) : (
            <Day
              imported={imported.value}
              exported={exported.value}
              cost={resource.data.value?.cost ?? null}
              points={sparkline.value}
              isThere={isThere}
            />
          )}
        </>
      )}
      <footer class="device-card-foot">
        <span>
          {t.value.overview.age}: <Age at={newest} />
        </span>
        <Failures report={report} />
        <AlertMarks alerts={alerts} />
      </footer>
    </article>
  );
}

/** The power that flows now, or flowed last. */
export function usePowerNow(latest: ReadonlySignal<LatestByType>, isPaused: boolean) {
  const words = t.value.power;
  const net = netPower(latest.value);
  // Computed each second, but the card is drawn again only when it becomes old.
  const isLong = useComputed(() => now.value - (powerAt(latest.value) ?? now.value) > OLD_AFTER_MS).value;
  const direction =
    net === undefined ? "unknown" : Math.round(net) === 0 ? "idle" : net > 0 ? "drawn" : "fedIn";
  const text = {
    unknown: latest.value.size > 0 ? words.noMeter : words.unknown,
    idle: words.idle,
    drawn: words.drawnNow,
    fedIn: words.fedInNow,
  }[direction];
  const isOld = net !== undefined && (isPaused || isLong);
  return {
    className: `power-${isOld ? "old" : direction}`,
    icon: direction === "unknown" ? null : <Icon name={direction} />,
    value: <Value quantity={net === undefined ? undefined : power(locale.value, Math.abs(net))} />,
    words: isOld ? (
      <>
        {words.lastKnown} <Age at={powerAt(latest.value)} />
      </>
    ) : (
      text
    ),
    isOld,
  };
}

export function PowerNow(props: {
  latest: ReadonlySignal<LatestByType>;
  isThere: boolean;
  isPaused: boolean;
}) {
  const { className, icon, value, words } = usePowerNow(props.latest, props.isPaused);
  return (
    <p class={`power-now ${className}`}>
      {props.isThere ? (
        <>
          <span class="power-number">
            {icon}
            {value}
          </span>
          <span class="power-word">{words}</span>
        </>
      ) : (
        <Skeleton kind="number" />
      )}
    </p>
  );
}

function Day(props: {
  imported: DayEnergy | undefined;
  exported: DayEnergy | undefined;
  cost: DayCost | null;
  points: Point[];
  isThere: boolean;
}) {
  const { imported, exported, cost, points, isThere } = props;
  return (
    <>
      <dl class="day-energy">
        <EnergyToday kind="import" energyOf={imported} money={dayMoney(cost, "cost")} isThere={isThere} />
        <EnergyToday kind="export" energyOf={exported} money={dayMoney(cost, "earned")} isThere={isThere} />
      </dl>
      {isThere ? <DaySparkline points={points} /> : <Skeleton kind="sparkline" />}
    </>
  );
}

function EnergyToday(props: {
  kind: "import" | "export";
  energyOf: DayEnergy | undefined;
  /** What it cost or earned; `undefined` where no tariff says so. */
  money: string | undefined;
  isThere: boolean;
}) {
  const { kind, energyOf, money, isThere } = props;
  const { energy: names, overview } = t.value;
  const today = energyOf?.today_wh ?? undefined;
  const yesterday = energyOf?.yesterday_wh ?? undefined;
  return (
    <div class={`day-energy-${kind}`}>
      <dt>
        {names[kind]} <span class="muted">{overview.today}</span>
      </dt>
      <dd>
        {isThere ? (
          <Value quantity={today === undefined ? undefined : energy(locale.value, today)} />
        ) : (
          <Skeleton kind="line" />
        )}
        {money === undefined ? null : <span class="day-money">{money}</span>}
        <span class="yesterday">
          {yesterday === undefined ? "\u00a0" : overview.yesterdayValue(energyText(locale.value, yesterday))}
          <Trend today={today} yesterday={yesterday} />
        </span>
      </dd>
    </div>
  );
}

/** `€1.05`; both sides of a card have it or neither has, so that they stay level. */
export function dayMoney(cost: DayCost | null, kind: "cost" | "earned"): string | undefined {
  if (cost === null) return undefined;
  const { [kind]: eur, is_partial } = cost;
  if (eur === null) return "\u00a0";
  const text = euroText(locale.value, eur);
  return is_partial ? `${text} (${t.value.cost.inPart})` : text;
}

/** Too little energy for a meaningful ratio. */
const LEAST_COMPARED_WH = 20;

function Trend({ today, yesterday }: { today: number | undefined; yesterday: number | undefined }) {
  if (today === undefined || yesterday === undefined || yesterday < LEAST_COMPARED_WH) return null;
  const change = today / yesterday - 1;
  const words = t.value.overview;
  const share = percent(locale.value, Math.abs(change));
  const sentence = change >= 0 ? words.moreThanYesterday(share) : words.lessThanYesterday(share);
  return (
    <span class="trend" title={sentence}>
      {` (${change >= 0 ? "+" : "−"}${share})`}
    </span>
  );
}

function DaySparkline({ points }: { points: Point[] }) {
  const words = t.value.overview;
  // Per minute: a second changes nothing visible, and there may be many cards.
  const to = useComputed(() => Math.ceil(now.value / MINUTE_MS) * MINUTE_MS).value;
  const range = { from: to - DAY_MS, to };
  const extent = extentOf(points, range);
  if (extent === undefined) {
    return <p class="sparkline-none">{words.sparklineEmpty}</p>;
  }
  const label = words.sparklineSummary(
    powerText(locale.value, extent.min),
    powerText(locale.value, extent.max),
  );
  return (
    <div class="sparkline-place">
      <Sparkline points={points} range={range} label={label} />
    </div>
  );
}

/** The values of a device without a meter, such as a gateway. */
const MOST_OWN_VALUES = 4;

function OwnValues({ latest }: { latest: LatestByType }) {
  return (
    <dl class="own-values">
      {[...latest.values()].slice(0, MOST_OWN_VALUES).map((value) => (
        <div key={value.measurement_type}>
          <dt>{meaningOf(value)}</dt>
          <dd>
            <Value quantity={{ number: exact(locale.value, value.value), unit: value.unit ?? "" }} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Failures({ report }: { report: DeviceReport }) {
  const { consecutive_failures: failures = 0, health } = report;
  const words = t.value.overview;
  if (health !== "failing") return null;
  return (
    <p class="device-card-error">
      {failures === 1 ? words.failuresOne : words.failures(String(failures))}. <PollError report={report} />
    </p>
  );
}

/** The rules that hold now. */
export function AlertMarks({ alerts }: { alerts: readonly AlertEntry[] }) {
  return (
    <>
      {alerts.map((alert) => (
        <span key={`${JSON.stringify(alert.rule)} ${alert.began}`} class="alert-mark">
          <Icon name="warning" />
          {ruleWords(alert.rule)}
        </span>
      ))}
    </>
  );
}

function Problems({ problems }: { problems: readonly DeviceProblem[] }) {
  return (
    <div class="device-card-problems">
      <p>{t.value.healthMeaning.invalid}</p>
      <ItemProblems problems={problems} />
    </div>
  );
}
