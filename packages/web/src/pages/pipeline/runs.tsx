import type { FetcherRun } from "@energylive/api/contract";
import { integer } from "../../format/numbers.ts";
import { locale, t } from "../../i18n/locale.ts";
import { Age } from "../../ui/age.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { Unknown } from "./throughput.tsx";

const COUNTS = ["polled", "published", "unchanged", "failed", "skipped", "deferred", "quarantined"] as const;

/** Even one of these is worth a look. */
const BAD_COUNTS: readonly string[] = ["failed", "quarantined"];

export function Runs({ runs }: { runs: FetcherRun[] | null }) {
  const words = t.value.pipeline;
  return (
    <section class="card" aria-labelledby="runs-title">
      <header class="card-head">
        <h2 id="runs-title">{words.runs}</h2>
      </header>
      {runs === null ? (
        <Unknown text={words.unknownPart.runs} />
      ) : runs.length === 0 ? (
        <EmptyState title={words.noRunsTitle}>
          <p>{words.noRunsText}</p>
        </EmptyState>
      ) : (
        <DataTable
          caption={words.runs}
          head={[
            { text: words.shard },
            { text: words.ran, isNumber: true },
            { text: words.duration, isNumber: true },
            ...COUNTS.map((count) => ({ text: words.counts[count], isNumber: true })),
          ]}
        >
          {runs.map((run) => (
            <Run key={run.shard.index} run={run} />
          ))}
        </DataTable>
      )}
    </section>
  );
}

function Run({ run }: { run: FetcherRun }) {
  const { shard, at, duration_ms } = run;
  const words = t.value.pipeline;
  const number = (value: number) => integer(locale.value, value);
  const seconds = new Intl.NumberFormat(locale.value, { maximumFractionDigits: 1 }).format(
    duration_ms / 1_000,
  );
  return (
    <tr>
      {/* Shards count from 0, people from 1. */}
      <th scope="row">{words.shardOf(number(shard.index + 1), number(shard.total))}</th>
      <td class="number">
        <Age at={at} />
      </td>
      <td class="number">{t.value.age.seconds(seconds)}</td>
      {COUNTS.map((count) => (
        <td key={count} class={BAD_COUNTS.includes(count) && run[count] > 0 ? "number bad" : "number"}>
          {number(run[count])}
        </td>
      ))}
    </tr>
  );
}
