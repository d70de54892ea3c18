import type { PipelineStatus } from "@energylive/api/contract";
import type { ComponentChildren } from "preact";
import { integer } from "../../format/numbers.ts";
import { locale, t } from "../../i18n/locale.ts";
import { duration } from "../../ui/age.tsx";
import { Icon } from "../../ui/icon.tsx";

/** Shows at a glance whether everything flows. */
export function Figures({ status }: { status: PipelineStatus }) {
  const { queue, dlq, ingest_lag, throughput, now } = status;
  const words = t.value.pipeline;
  const number = (value: number) => integer(locale.value, value);
  const stored = throughput === null ? undefined : lastFullMinute(throughput, now);
  return (
    <dl class="figures">
      <Figure name={words.queue} value={number(queue.waiting)} unit={words.waiting}>
        {words.inFlight(number(queue.in_flight))}
      </Figure>
      <Figure name={words.oldest} value={queue.oldest_age_ms === null ? "–" : duration(queue.oldest_age_ms)}>
        {queue.oldest_age_ms === null && queue.waiting + queue.in_flight === 0 ? words.empty : "\u00a0"}
      </Figure>
      <Figure name={words.storedPerMinute} value={stored === undefined ? "–" : number(stored)}>
        {words.lastMinute}
      </Figure>
      <Figure name={words.lag} value={ingest_lag === null ? "–" : lagText(ingest_lag.median_ms)}>
        {ingest_lag === null
          ? words.unknownTitle
          : `${words.lagMedian}; ${words.lagMaximum(lagText(ingest_lag.maximum_ms))}`}
      </Figure>
      <Figure name={words.dlq} value={number(dlq.messages)} isBad={dlq.messages > 0}>
        {dlq.messages > 0 ? words.dlqSome : words.dlqNone}
      </Figure>
    </dl>
  );
}

function Figure(props: {
  name: string;
  value: string;
  unit?: string;
  isBad?: boolean;
  children: ComponentChildren;
}) {
  const { name, value, unit, isBad = false, children } = props;
  return (
    <div class={isBad ? "card figure figure-bad" : "card figure"}>
      <dt>{name}</dt>
      <dd>
        <span class="figure-value">
          {isBad ? <Icon name="warning" /> : null}
          {value}
          {unit === undefined ? null : <span class="unit"> {unit}</span>}
        </span>
        <span class="muted figure-note">{children}</span>
      </dd>
    </div>
  );
}

const MINUTE_MS = 60_000;

/** A lag below this has a decimal. */
const TENTHS_BELOW_MS = 10_000;

function lagText(ms: number): string {
  if (ms >= TENTHS_BELOW_MS) return duration(ms);
  const seconds = new Intl.NumberFormat(locale.value, { maximumFractionDigits: 1 }).format(ms / 1_000);
  return t.value.age.seconds(seconds);
}

/** The current minute is incomplete and would always look low. */
function lastFullMinute(throughput: readonly { minute: number; stored: number }[], now: number): number {
  const last = Math.floor(now / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
  return throughput.find(({ minute }) => minute === last)?.stored ?? 0;
}
