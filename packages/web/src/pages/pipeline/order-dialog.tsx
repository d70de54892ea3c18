import type { PurgeAnswer, RedriveAnswer, RedriveRequest } from "@energylive/api/contract";
import { useSignal } from "@preact/signals";
import { apiUrl, postJson } from "../../data/client.ts";
import { noteFailure } from "../../data/connection.ts";
import { t } from "../../i18n/locale.ts";
import type { Answer } from "../../i18n/translate.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { AnswerText } from "../../ui/said.tsx";
import { failureAnswer } from "../../ui/states.tsx";
import { type LetterOrder, messagesText } from "./order.ts";

/** How many messages were moved or deleted, and how many stayed. */
export interface OrderOutcome {
  kind: LetterOrder["kind"];
  done: number;
  left: number;
}

/** Asks before it moves messages back to the queue or deletes them for good, with their number. */
export function OrderDialog(props: {
  order: LetterOrder;
  onClose: () => void;
  onDone: (outcome: OrderOutcome) => void;
  /** The queue may have changed: then the person confirms another number. */
  onFailed: () => void;
}) {
  const { order, onClose, onDone, onFailed } = props;
  const words = t.value.pipeline[order.kind];
  const isUnderWay = useSignal(false);
  const problem = useSignal<Answer | undefined>(undefined);
  const count = messagesText(order.count);

  async function carryOut() {
    isUnderWay.value = true;
    problem.value = undefined;
    const { reason, message_id, count: confirm } = order;
    try {
      const request: RedriveRequest = { reason, message_id, confirm };
      if (order.kind === "redrive") {
        const { moved, left } = await postJson<RedriveAnswer>("/api/dlq/redrive", request);
        onDone({ kind: "redrive", done: moved, left });
      } else {
        const { purged } = await postJson<PurgeAnswer>("/api/dlq/purge", request);
        onDone({ kind: "purge", done: purged, left: 0 });
      }
    } catch (error) {
      noteFailure(error);
      isUnderWay.value = false;
      onFailed();
      problem.value = failureAnswer(error);
    }
  }

  return (
    <Dialog title={words.confirmTitle} onClose={onClose}>
      <p>{order.message_id === null ? words.confirmText(count, order.reason) : words.confirmMessage}</p>
      {order.kind === "redrive" ? null : (
        <p>
          <a href={apiUrl("/api/dlq/export", { reason: order.reason })} download="">
            {t.value.pipeline.exportFirst}
          </a>
        </p>
      )}
      <p class="form-problem" role="alert">
        {problem.value === undefined ? null : (
          <>
            {words.failed} <AnswerText answer={problem.value} />
          </>
        )}
      </p>
      <footer class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>
          {t.value.app.cancel}
        </button>
        <button type="button" class="button button-primary" disabled={isUnderWay.value} onClick={carryOut}>
          {isUnderWay.value ? words.underWay : words.confirmYes(count)}
        </button>
      </footer>
    </Dialog>
  );
}
