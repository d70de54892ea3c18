import type { ComponentChildren } from "preact";

import { AnswerError } from "../data/client.ts";
import { t } from "../i18n/locale.ts";
import { serverText } from "../i18n/translate.ts";
import { Icon } from "./icon.tsx";

/** Nothing to show: says so, and in its children what to do next. */
export function EmptyState({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty-state">
      <Icon name="empty" />
      <p class="empty-title">{title}</p>
      {children === undefined ? null : <div class="empty-text">{children}</div>}
    </div>
  );
}

/** Something could not be loaded, and nothing older can be shown in its place. */
export function FailureState({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { failure, app } = t.value;
  return (
    <div class="empty-state failure-state" role="alert">
      <Icon name="warning" />
      <p class="empty-title">{failure.title}</p>
      <p class="empty-text">{failureText(error)}</p>
      <button type="button" class="button" onClick={onRetry}>
        {app.retry}
      </button>
    </div>
  );
}

export function failureText(error: Error): string {
  const { failure } = t.value;
  return error instanceof AnswerError ? failure.answer(serverText(error.message)) : failure.unreachable;
}

/** Holds the place of what is on its way, so that nothing jumps when it comes. */
export function Skeleton({ kind }: { kind: "line" | "number" | "sparkline" | "card" | "chart" | "table" }) {
  return <div class={`skeleton skeleton-${kind}`} aria-hidden="true" />;
}
