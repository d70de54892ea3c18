import type { PipelineStatus } from "@energylive/api/contract";
import { integer } from "../../format/numbers.ts";
import { tickText, timeOfDay } from "../../format/times.ts";
import { locale, t } from "../../i18n/locale.ts";
import { timeTicks } from "../../time/ticks.ts";
import { AsTable } from "../../ui/as-table.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { timeStyle, zone } from "../../ui/zone.ts";

const WIDTH = 1_000;
const HEIGHT = 120;
const MINUTE_MS = 60_000;

/** Shows at least this long, so the first minute does not fill the chart. */
const LEAST_MINUTES = 60;

const MOST_TICKS = 6;
const MOST_ROWS = 60;

/** Measurements stored per minute over the last hours. */
export function Throughput(props: { throughput: PipelineStatus["throughput"]; now: number }) {
  const { throughput, now } = props;
  const words = t.value.pipeline;
  return (
    <section class="card chart-card" aria-labelledby="throughput-title">
      <header class="card-head">
        <h2 id="throughput-title">{words.storedPerMinute}</h2>
      </header>
      {throughput === null ? (
        <Unknown text={words.unknownPart.throughput} />
      ) : (
        <Minutes throughput={throughput} now={now} />
      )}
    </section>
  );
}

/** A part that is not known. */
export function Unknown({ text }: { text: string }) {
  return (
    <EmptyState title={t.value.pipeline.unknownTitle}>
      <p>{text}</p>
    </EmptyState>
  );
}

function Minutes({ throughput, now }: { throughput: { minute: number; stored: number }[]; now: number }) {
  const words = t.value.pipeline;
  const to = Math.floor(now / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  const from = Math.min(throughput[0]?.minute ?? to, to - LEAST_MINUTES * MINUTE_MS);
  const most = Math.max(1, ...throughput.map(({ stored }) => stored));
  const toX = (at: number) => ((at - from) / (to - from)) * WIDTH;
  const width = toX(from + MINUTE_MS);
  const number = (value: number) => integer(locale.value, value);
  const { at: ticks, unit } = timeTicks(zone, from, to, MOST_TICKS);
  return (
    <>
      <div class="throughput">
        <span class="throughput-most">{number(most)}</span>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${words.storedPerMinute}: ${number(most)}`}
        >
          <line class="bar-grid" x1={0} x2={WIDTH} y1={0.5} y2={0.5} />
          {throughput.map(({ minute, stored }) => (
            <rect
              key={minute}
              class="bar-throughput"
              x={toX(minute) + width * 0.1}
              width={width * 0.8}
              y={HEIGHT * (1 - stored / most)}
              height={(HEIGHT * stored) / most}
            />
          ))}
          <line class="bar-zero" x1={0} x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
        </svg>
        <div class="throughput-ticks" aria-hidden="true">
          {ticks.map((tick) => (
            <span key={tick} style={{ left: `${(toX(tick) / WIDTH) * 100}%` }}>
              {tickText(timeStyle(), tick, unit)}
            </span>
          ))}
        </div>
      </div>
      <AsTable
        table={() => (
          <DataTable
            caption={words.storedPerMinute}
            head={[{ text: t.value.device.at }, { text: words.stored, isNumber: true }]}
          >
            {throughput
              .toReversed()
              .slice(0, MOST_ROWS)
              .map(({ minute, stored }) => (
                <tr key={minute}>
                  <th scope="row">{timeOfDay(timeStyle(), minute)}</th>
                  <td class="number">{number(stored)}</td>
                </tr>
              ))}
          </DataTable>
        )}
      />
    </>
  );
}
