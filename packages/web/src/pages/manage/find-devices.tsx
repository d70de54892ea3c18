import type {
  AccountAnswer,
  AccountRequest,
  AddDevicesAnswer,
  AddDevicesRequest,
  KeyList,
} from "@energylive/api/contract";
import { useSignal } from "@preact/signals";
import { deviceHref } from "../../app/router.ts";
import { postJson } from "../../data/client.ts";
import { noteFailure } from "../../data/connection.ts";
import { t } from "../../i18n/locale.ts";
import type { Answer } from "../../i18n/translate.ts";
import { ActionDialog } from "../../ui/action-dialog.tsx";
import { AnswerText } from "../../ui/said.tsx";
import { failureAnswer } from "../../ui/states.tsx";
import { countOf } from "./count.ts";

const DEFAULT_KEY = "default";

/** Asks the API for the devices that a key may read, and adds those that are chosen. */
export function FindDevices({ list, onChange }: { list: KeyList; onChange: () => void }) {
  const words = t.value.manage;
  const names = [
    ...(list.is_default_elsewhere ? [DEFAULT_KEY] : []),
    ...list.keys.map(({ name }) => name).filter((name) => name !== DEFAULT_KEY || !list.is_default_elsewhere),
  ];
  const key = useSignal<string | undefined>(undefined);
  const found = useSignal<AccountAnswer["devices"] | undefined>(undefined);
  const chosen = useSignal<readonly string[]>([]);
  const isLooking = useSignal(false);
  const isConfirming = useSignal(false);
  const outcome = useSignal("");
  const problem = useSignal<Answer | undefined>(undefined);
  const [first] = names;
  if (first === undefined) return null;
  const used = key.value ?? first;

  async function look() {
    isLooking.value = true;
    problem.value = undefined;
    outcome.value = "";
    try {
      const request: AccountRequest = { key: used };
      const { devices } = await postJson<AccountAnswer>("/api/account", request);
      found.value = devices;
      chosen.value = devices.filter(({ is_added }) => !is_added).map(({ device_id }) => device_id);
    } catch (error) {
      noteFailure(error);
      found.value = undefined;
      problem.value = failureAnswer(error);
    }
    isLooking.value = false;
  }

  return (
    <section class="card manage-card" aria-labelledby="find-title">
      <header class="card-head">
        <h2 id="find-title">{words.findTitle}</h2>
      </header>
      <p>{words.findText}</p>
      <div class="toolbar">
        {names.length === 1 ? null : (
          <label class="select-field">
            {words.withKey}
            <select
              value={used}
              onChange={({ currentTarget }) => {
                key.value = currentTarget.value;
                found.value = undefined;
              }}
            >
              {names.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        <button type="button" class="button" disabled={isLooking.value} onClick={look}>
          {isLooking.value ? words.finding : words.find}
        </button>
      </div>
      <p class="form-problem" role="alert">
        {problem.value === undefined ? null : <AnswerText answer={problem.value} />}
      </p>
      <p role="status">{outcome.value}</p>
      {found.value === undefined ? null : found.value.length === 0 ? (
        <p>{words.accountEmpty}</p>
      ) : (
        <>
          <ul class="found-devices">
            {found.value.map(({ device_id, is_added }) => (
              <li key={device_id}>
                {is_added ? (
                  <>
                    <a href={deviceHref(device_id)}>{device_id}</a>{" "}
                    <span class="muted">{words.collected}</span>
                  </>
                ) : (
                  <label>
                    <input
                      type="checkbox"
                      checked={chosen.value.includes(device_id)}
                      onChange={() => {
                        const { value } = chosen;
                        chosen.value = value.includes(device_id)
                          ? value.filter((id) => id !== device_id)
                          : [...value, device_id];
                      }}
                    />
                    {device_id}
                  </label>
                )}
              </li>
            ))}
          </ul>
          {found.value.every(({ is_added }) => is_added) ? null : (
            <p>
              <button
                type="button"
                class="button button-primary"
                disabled={chosen.value.length === 0}
                onClick={() => (isConfirming.value = true)}
              >
                {countOf(words.addDevices, chosen.value.length)}
              </button>
            </p>
          )}
        </>
      )}
      {isConfirming.value ? (
        <ActionDialog
          title={countOf(words.addDevices, chosen.value.length)}
          yes={words.add}
          underWay={words.adding}
          failed={words.notAdded}
          onClose={() => (isConfirming.value = false)}
          act={async () => {
            const { length: confirm } = chosen.value;
            const request: AddDevicesRequest = { key: used, device_ids: [...chosen.value], confirm };
            const { added } = await postJson<AddDevicesAnswer>("/api/devices", request);
            isConfirming.value = false;
            await look();
            outcome.value = countOf(words.added, added);
            onChange();
          }}
        >
          <p>{words.addText}</p>
        </ActionDialog>
      ) : null}
    </section>
  );
}
