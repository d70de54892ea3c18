import type { KeyList, Session, SetKeyAnswer, SetKeyRequest } from "@energylive/api/contract";
import { useSignal } from "@preact/signals";
import { getJson, postJson } from "../../data/client.ts";
import { noteFailure } from "../../data/connection.ts";
import { t } from "../../i18n/locale.ts";
import type { Answer } from "../../i18n/translate.ts";
import { AnswerText } from "../../ui/said.tsx";
import { failureAnswer } from "../../ui/states.tsx";
import { countOf } from "./count.ts";
import { KeyField } from "./key-field.tsx";

const DEFAULT_KEY = "default";

/** How often to ask whether the stack has come back with the account's devices, and how often at most. */
const ASK_MS = 500;
const ASK_TIMES = 120;

/** From simulated households to one's own devices. */
export function OwnKeyCard({ list }: { list: KeyList }) {
  const words = t.value.manage;
  const value = useSignal("");
  const state = useSignal<"asking" | "sending" | "restarting" | "kept">("asking");
  const found = useSignal(0);
  const problem = useSignal<Answer | undefined>(undefined);

  async function send(event: Event) {
    event.preventDefault();
    state.value = "sending";
    problem.value = undefined;
    try {
      const request: SetKeyRequest = { name: DEFAULT_KEY, value: value.value, confirm: true };
      const { devices, restarts } = await postJson<SetKeyAnswer>("/api/keys", request);
      value.value = "";
      found.value = devices;
      state.value = restarts ? "restarting" : "kept";
      if (restarts) void openWhenBack();
    } catch (error) {
      noteFailure(error);
      problem.value = failureAnswer(error);
      state.value = "asking";
    }
  }

  return (
    <section class="card manage-card" aria-labelledby="own-key-title">
      <header class="card-head">
        <h2 id="own-key-title">{words.ownKeyTitle}</h2>
      </header>
      <p>{words.ownKeyText}</p>
      {list.is_default_elsewhere ? (
        <p>{t.value.failure.refused.key_elsewhere}</p>
      ) : state.value === "restarting" || state.value === "kept" ? (
        <p role="status">
          {countOf(words.keyReads, found.value)}{" "}
          {state.value === "restarting" ? (
            words.restarting
          ) : (
            <>
              {words.startAgain} <code>npm start</code>
            </>
          )}
        </p>
      ) : (
        <form class="stacked-form" onSubmit={send}>
          <KeyField value={value} />
          <p class="form-problem" role="alert">
            {problem.value === undefined ? null : <AnswerText answer={problem.value} />}
          </p>
          <button type="submit" class="button button-primary" disabled={state.value === "sending"}>
            {state.value === "sending" ? words.checkingKey : words.useKey}
          </button>
        </form>
      )}
    </section>
  );
}

/** Loads the page again once the server looks at the account's devices. */
async function openWhenBack(): Promise<void> {
  for (let times = 0; times < ASK_TIMES; times += 1) {
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    const session = await getJson<Session>("/api/session").catch(() => undefined);
    if (session?.is_simulated === false) break;
  }
  location.hash = "#/";
  location.reload();
}
