import type { DeadLetterOverview, PipelineStatus, UnknownPart } from "@energylive/api/contract";
import { useEffect, useRef } from "preact/hooks";
import { getJson } from "../../data/client.ts";
import { onLive } from "../../data/live.ts";
import { useResource } from "../../data/resource.ts";
import { t } from "../../i18n/locale.ts";
import { unknownAnswer } from "../../i18n/translate.ts";
import { PageTitle } from "../../ui/page-title.tsx";
import { AnswerText } from "../../ui/said.tsx";
import { FailureState, Skeleton } from "../../ui/states.tsx";
import { DeadLetters } from "./dead-letters.tsx";
import { Figures } from "./figures.tsx";
import { Runs } from "./runs.tsx";
import { Throughput } from "./throughput.tsx";
import { Troubled } from "./troubled.tsx";

const REFRESH_MS = 10_000;

/** Reading dead letters costs requests and hides them from other readers for a moment. */
const DLQ_REFRESH_MS = 60_000;

/** How often dead letters are read again if the queue counts a different number. */
const ATTEMPTS_TO_AGREE = 3;

export function PipelinePage() {
  const status = useResource<PipelineStatus>(
    "pipeline",
    (signal) => getJson("/api/pipeline", undefined, signal),
    {
      refreshMs: REFRESH_MS,
    },
  );
  const letters = useResource<DeadLetterOverview>("dlq", (signal) => getJson("/api/dlq", undefined, signal), {
    refreshMs: DLQ_REFRESH_MS,
  });
  const inDlq = status.data.value?.dlq.messages;
  useEffect(
    () =>
      onLive(({ kind }) => {
        if (kind === "pipeline" || kind === "devices") status.refresh();
      }),
    [],
  );
  const attempts = useRef({ inDlq: 0, left: 0 });
  // Count and read happen at different times, and AWS only approximates the count: so stop after a few.
  useEffect(() => {
    const shown = letters.data.peek()?.total;
    if (inDlq === undefined || shown === undefined || shown === inDlq) return;
    if (attempts.current.inDlq !== inDlq) attempts.current = { inDlq, left: ATTEMPTS_TO_AGREE };
    if (attempts.current.left === 0) return;
    attempts.current.left -= 1;
    letters.refresh();
  }, [status.data.value]);
  const error = status.error.value;
  const shown = status.data.value;
  return (
    <div class="page">
      <PageTitle title={t.value.pipeline.title} />
      {shown === undefined ? (
        error === undefined ? (
          <Loading />
        ) : (
          <FailureState error={error} onRetry={status.refresh} />
        )
      ) : (
        <>
          <Figures status={shown} />
          <Unknowns parts={shown.unknown} />
          <Throughput throughput={shown.throughput} now={shown.now} />
          <Troubled troubled={shown.troubled} total={shown.troubled_total} />
        </>
      )}
      <DeadLetters resource={letters} onChanged={status.refresh} />
      {shown === undefined ? null : <Runs runs={shown.runs} />}
    </div>
  );
}

/** Each says what to allow or to start. */
function Unknowns({ parts }: { parts: readonly UnknownPart[] }) {
  if (parts.length === 0) return null;
  return (
    <div class="notice notice-quiet">
      <div>
        <p>{t.value.pipeline.unknownTitle}:</p>
        <ul>
          {parts.map((part) => (
            <li key={part.code}>
              <AnswerText answer={unknownAnswer(part)} />
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function Loading() {
  return (
    <div role="status" aria-label={t.value.app.loading}>
      <Skeleton kind="card" />
      <Skeleton kind="chart" />
    </div>
  );
}
