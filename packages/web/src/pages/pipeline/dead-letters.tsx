import type { DeadLetterMessage, DeadLetterOverview, DeadLetterReason } from "@energylive/api/contract";
import { useSignal } from "@preact/signals";
import { deviceHref } from "../../app/router.ts";
import type { Resource } from "../../data/resource.ts";
import { integer } from "../../format/numbers.ts";
import { locale, t } from "../../i18n/locale.ts";
import { reasonText } from "../../i18n/shared/texts.ts";
import { forgetTiles } from "../../series/store.ts";
import { Age } from "../../ui/age.tsx";
import { Said } from "../../ui/said.tsx";
import { EmptyState, FailureState, Skeleton } from "../../ui/states.tsx";
import { MessageDialog } from "./message-dialog.tsx";
import { type LetterOrder, messagesText } from "./order.ts";
import { OrderDialog, type OrderOutcome } from "./order-dialog.tsx";

/** A reason can affect thousands of devices. */
const MOST_DEVICES_NAMED = 5;

/** The dead-letter queue by reason, with its messages and the redrive. */
export function DeadLetters(props: { resource: Resource<DeadLetterOverview>; onChanged: () => void }) {
  const { resource, onChanged } = props;
  const words = t.value.pipeline;
  const ordered = useSignal<LetterOrder | undefined>(undefined);
  const lookedAt = useSignal<{ group: DeadLetterReason; message: DeadLetterMessage } | undefined>(undefined);
  const outcome = useSignal<OrderOutcome | undefined>(undefined);
  const overview = resource.data.value;
  const error = resource.error.value;
  return (
    <section class="card" aria-labelledby="dlq-title">
      <header class="card-head">
        <h2 id="dlq-title">{words.dlqTitle}</h2>
        {overview === undefined || overview.total === 0 ? null : (
          <p class="muted">{messagesText(overview.total)}</p>
        )}
      </header>
      <p class="outcome" role="status">
        {outcome.value === undefined ? null : outcomeText(outcome.value, overview?.redriven?.dead_again ?? 0)}
      </p>
      {overview === undefined ? (
        error === undefined ? (
          <Skeleton kind="table" />
        ) : (
          <FailureState error={error} onRetry={resource.refresh} />
        )
      ) : overview.groups.length === 0 ? (
        <EmptyState title={words.dlqEmptyTitle}>
          <p>{words.dlqEmptyText}</p>
        </EmptyState>
      ) : (
        <ul class="dlq-groups">
          {overview.groups.map((group) => (
            <li key={group.reason}>
              <Group
                group={group}
                onOrder={(kind) =>
                  (ordered.value = { kind, reason: group.reason, message_id: null, count: group.count })
                }
                onLook={(message) => (lookedAt.value = { group, message })}
              />
            </li>
          ))}
        </ul>
      )}
      {lookedAt.value === undefined ? null : (
        <MessageDialog
          {...lookedAt.value}
          onClose={() => (lookedAt.value = undefined)}
          onRedrive={({ message_id }) => {
            const reason = lookedAt.value?.group.reason ?? "";
            lookedAt.value = undefined;
            ordered.value = { kind: "redrive", reason, message_id, count: 1 };
          }}
        />
      )}
      {ordered.value === undefined ? null : (
        <OrderDialog
          order={ordered.value}
          onClose={() => (ordered.value = undefined)}
          onDone={finish}
          onFailed={resource.refresh}
        />
      )}
    </section>
  );

  function finish(done: OrderOutcome) {
    outcome.value = done;
    ordered.value = undefined;
    forgetTiles();
    resource.refresh();
    onChanged();
  }
}

/** @param deadAgain how many of those redriven last could not be stored again */
function outcomeText({ kind, done, left }: OrderOutcome, deadAgain: number): string {
  const words = t.value.pipeline;
  const count = messagesText(done);
  if (kind === "purge") return words.purge.purged(count);
  const { moved, movedSome, deadAgain: again } = words.redrive;
  const sent = left === 0 ? moved(count) : movedSome(count, integer(locale.value, left));
  return deadAgain === 0 ? sent : `${sent} ${again(messagesText(deadAgain))}`;
}

function Group(props: {
  group: DeadLetterReason;
  onOrder: (kind: LetterOrder["kind"]) => void;
  onLook: (message: DeadLetterMessage) => void;
}) {
  const { group, onOrder, onLook } = props;
  const { reason, count, first_seen_at, last_seen_at, devices, messages } = group;
  const words = t.value.pipeline;
  const { meaning, advice } = reasonText(t.value.shared, reason);
  return (
    <article class="dlq-group" aria-label={reason}>
      <header class="dlq-group-head">
        <h3>
          <code>{reason}</code> <span class="chip-count">{messagesText(count)}</span>
        </h3>
        <div class="card-tools">
          <button type="button" class="button" onClick={() => onOrder("redrive")}>
            {words.redriveAll(messagesText(count))}
          </button>
          <button type="button" class="button" onClick={() => onOrder("purge")}>
            {words.purgeAll(messagesText(count))}
          </button>
        </div>
      </header>
      <p>{meaning}</p>
      <p>
        <strong>{words.advice}:</strong> {advice}
      </p>
      <dl class="dlq-facts">
        <div>
          <dt>{words.firstSeen}</dt>
          <dd>
            <Age at={first_seen_at} />
          </dd>
        </div>
        <div>
          <dt>{words.lastSeen}</dt>
          <dd>
            <Age at={last_seen_at} />
          </dd>
        </div>
        {devices.length === 0 ? null : (
          <div>
            <dt>{words.affected}</dt>
            <dd class="dlq-devices">
              {devices.slice(0, MOST_DEVICES_NAMED).map((device) => (
                <a key={device} href={deviceHref(device)}>
                  {device}
                </a>
              ))}
              {devices.length > MOST_DEVICES_NAMED ? (
                <span class="muted">+{integer(locale.value, devices.length - MOST_DEVICES_NAMED)}</span>
              ) : null}
            </dd>
          </div>
        )}
      </dl>
      <details>
        <summary>{words.someMessages(integer(locale.value, messages.length))}</summary>
        <ul class="dlq-messages">
          {messages.map((message) => (
            <li key={message.message_id}>
              <Age at={message.seen_at} />
              <span class="dlq-detail">
                {message.detail === null ? message.body : <Said text={message.detail} />}
              </span>
              <button type="button" class="button button-small" onClick={() => onLook(message)}>
                {words.look}
              </button>
            </li>
          ))}
        </ul>
      </details>
    </article>
  );
}
