import type { PurgeAnswer, RedriveAnswer, RedriveRequest } from "@energylive/api/contract";
import { apiUrl, postJson } from "../../data/client.ts";
import { t } from "../../i18n/locale.ts";
import { ActionDialog } from "../../ui/action-dialog.tsx";
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
  const count = messagesText(order.count);

  async function carryOut() {
    const { reason, message_id, count: confirm } = order;
    const request: RedriveRequest = { reason, message_id, confirm };
    if (order.kind === "redrive") {
      const { moved, left } = await postJson<RedriveAnswer>("/api/dlq/redrive", request);
      onDone({ kind: "redrive", done: moved, left });
    } else {
      const { purged } = await postJson<PurgeAnswer>("/api/dlq/purge", request);
      onDone({ kind: "purge", done: purged, left: 0 });
    }
  }

  return (
    <ActionDialog
      title={words.confirmTitle}
      yes={words.confirmYes(count)}
      underWay={words.underWay}
      failed={words.failed}
      act={carryOut}
      onClose={onClose}
      onFailed={onFailed}
    >
      <p>{order.message_id === null ? words.confirmText(count, order.reason) : words.confirmMessage}</p>
      {order.kind === "redrive" ? null : (
        <p>
          <a href={apiUrl("/api/dlq/export", { reason: order.reason })} download="">
            {t.value.pipeline.exportFirst}
          </a>
        </p>
      )}
    </ActionDialog>
  );
}
