import type { ComponentChildren } from "preact";

import { AnswerError } from "../data/client.ts";
import { t } from "../i18n/locale.ts";
import { type Answer, problemAnswer } from "../i18n/translate.ts";
import { Icon } from "./icon.tsx";
import { AnswerText } from "./said.tsx";

/** Says that there is nothing to show; its children say what to do next. */
export function EmptyState({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty-state">
      <Icon name="empty" />
      <p class="empty-title">{title}</p>
      {children === undefined ? null : <div class="empty-text">{children}</div>}
    </div>
  );
}

/** Says that something could not be loaded and nothing older can be shown instead. */
export function FailureState({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { failure, app } = t.value;
  return (
    <div class="empty-state failure-state" role="alert">
      <Icon name="warning" />
      <p class="empty-title">{failure.title}</p>
      <p class="empty-text">
        <AnswerText answer={failureAnswer(error)} />
      </p>
      <button type="button" class="button" onClick={onRetry}>
        {app.retry}
      </button>
    </div>
  );
}

export function failureAnswer(error: unknown): Answer {
  return error instanceof AnswerError ? problemAnswer(error.problem) : { text: t.value.failure.unreachable };
}

/** Reserves the space of content that is loading, so nothing jumps. */
export function Skeleton({ kind }: { kind: "line" | "number" | "sparkline" | "card" | "chart" | "table" }) {
  return <div class={`skeleton skeleton-${kind}`} aria-hidden="true" />;
}
