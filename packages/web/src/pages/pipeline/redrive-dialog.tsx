import type { RedriveAnswer, RedriveRequest } from "@energylive/api/contract";
import { useSignal } from "@preact/signals";
import { postJson } from "../../data/client.ts";
import { noteFailure } from "../../data/connection.ts";
import { t } from "../../i18n/locale.ts";
import type { Answer } from "../../i18n/translate.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { AnswerText } from "../../ui/said.tsx";
import { failureAnswer } from "../../ui/states.tsx";
import { messagesText, type RedriveOrder } from "./redrive.ts";

/** Asks before it moves messages back to the queue, with their number. */
export function RedriveDialog(props: {
  order: RedriveOrder;
  onClose: () => void;
  onDone: (answer: RedriveAnswer) => void;
  /** The queue may have changed: then the person confirms another number. */
  onFailed: () => void;
}) {
  const { order, onClose, onDone, onFailed } = props;
  const words = t.value.pipeline;
  const isMoving = useSignal(false);
  const problem = useSignal<Answer | undefined>(undefined);
  const count = messagesText(order.count);

  async function redrive() {
    isMoving.value = true;
    problem.value = undefined;
    const { reason, message_id, count: confirm } = order;
    try {
      onDone(
        await postJson<RedriveAnswer>("/api/dlq/redrive", {
          reason,
          message_id,
          confirm,
        } satisfies RedriveRequest),
      );
    } catch (error) {
      noteFailure(error);
      isMoving.value = false;
      onFailed();
      problem.value = failureAnswer(error);
    }
  }

  return (
    <Dialog title={words.confirmTitle} onClose={onClose}>
      <p>{order.message_id === null ? words.confirmText(count, order.reason) : words.confirmMessage}</p>
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
        <button type="button" class="button button-primary" disabled={isMoving.value} onClick={redrive}>
          {isMoving.value ? words.moving : words.confirmYes(count)}
        </button>
      </footer>
    </Dialog>
  );
}
