import { integer } from "../../format/numbers.ts";
import { locale, t } from "../../i18n/locale.ts";

/** What to redrive or to purge: all messages of a reason, or one message. */
export interface LetterOrder {
  kind: "redrive" | "purge";
  reason: string;
  message_id: string | null;
  count: number;
}

/** `1 message`, `1,204 messages`. */
export function messagesText(count: number): string {
  const words = t.value.pipeline;
  return count === 1 ? words.messagesOne : words.messages(integer(locale.value, count));
}
