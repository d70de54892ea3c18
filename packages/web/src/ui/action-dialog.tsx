import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { noteFailure } from "../data/connection.ts";
import { t } from "../i18n/locale.ts";
import type { Answer } from "../i18n/translate.ts";
import { Dialog } from "./dialog.tsx";
import { AnswerText } from "./said.tsx";
import { failureAnswer } from "./states.tsx";

/** Asks before it does something; stays open with the reason if that fails. */
export function ActionDialog(props: {
  title: string;
  /** On the button that does it, before and meanwhile. */
  yes: string;
  underWay: string;
  /** Said before the reason. */
  failed: string;
  act: () => Promise<void>;
  onClose: () => void;
  onFailed?: () => void;
  children: ComponentChildren;
}) {
  const isUnderWay = useSignal(false);
  const problem = useSignal<Answer | undefined>(undefined);

  async function carryOut(event: Event) {
    event.preventDefault();
    isUnderWay.value = true;
    problem.value = undefined;
    try {
      await props.act();
    } catch (error) {
      noteFailure(error);
      props.onFailed?.();
      problem.value = failureAnswer(error);
    }
    isUnderWay.value = false;
  }

  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <form onSubmit={carryOut}>
        {props.children}
        <p class="form-problem" role="alert">
          {problem.value === undefined ? null : (
            <>
              {props.failed} <AnswerText answer={problem.value} />
            </>
          )}
        </p>
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={props.onClose}>
            {t.value.app.cancel}
          </button>
          <button type="submit" class="button button-primary" disabled={isUnderWay.value}>
            {isUnderWay.value ? props.underWay : props.yes}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
