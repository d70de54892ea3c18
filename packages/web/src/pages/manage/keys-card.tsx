import type {
  KeyEntry,
  KeyList,
  RemoveKeyRequest,
  SetKeyAnswer,
  SetKeyRequest,
} from "@energylive/api/contract";
import { useSignal } from "@preact/signals";
import { postJson } from "../../data/client.ts";
import { moment } from "../../format/times.ts";
import { t } from "../../i18n/locale.ts";
import { ActionDialog } from "../../ui/action-dialog.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { Icon } from "../../ui/icon.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { timeStyle } from "../../ui/zone.ts";
import { countOf } from "./count.ts";
import { KeyField } from "./key-field.tsx";

type Shown = { kind: "add" } | { kind: "replace" | "remove"; name: string };

/** The names of the keys. Their values are set and never shown. */
export function KeysCard({ list, onChange }: { list: KeyList; onChange: () => void }) {
  const words = t.value.manage;
  const shown = useSignal<Shown | undefined>(undefined);
  const outcome = useSignal("");
  const close = () => (shown.value = undefined);
  const done = (text: string) => {
    close();
    outcome.value = text;
    onChange();
  };
  return (
    <section class="card manage-card" aria-labelledby="keys-title">
      <header class="card-head">
        <h2 id="keys-title">{words.keys}</h2>
        <button type="button" class="button" onClick={() => (shown.value = { kind: "add" })}>
          <Icon name="new" />
          {words.addKey}
        </button>
      </header>
      <p class="muted" role="status">
        {outcome.value}
      </p>
      {list.is_default_elsewhere ? <p>{t.value.failure.refused.key_elsewhere}</p> : null}
      {list.keys.length === 0 ? (
        list.is_default_elsewhere ? null : (
          <EmptyState title={words.noKeysTitle}>
            <p>{words.noKeysText}</p>
          </EmptyState>
        )
      ) : (
        <DataTable
          caption={words.keys}
          head={[
            { text: words.keyName },
            { text: words.keySet },
            { text: t.value.overview.devices, isNumber: true },
            { text: words.actions },
          ]}
        >
          {list.keys.map((key) => (
            <Row key={key.name} entry={key} onShow={(kind) => (shown.value = { kind, name: key.name })} />
          ))}
        </DataTable>
      )}
      {shown.value === undefined ? null : shown.value.kind === "remove" ? (
        <RemoveDialog name={shown.value.name} onClose={close} onDone={done} />
      ) : (
        <SetDialog
          name={shown.value.kind === "replace" ? shown.value.name : undefined}
          isFirst={list.keys.length === 0 && !list.is_default_elsewhere}
          onClose={close}
          onDone={done}
        />
      )}
    </section>
  );
}

function Row({ entry, onShow }: { entry: KeyEntry; onShow: (kind: "replace" | "remove") => void }) {
  const words = t.value.manage;
  const { name, set_at, devices } = entry;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{set_at === null ? "–" : moment(timeStyle(), Date.parse(set_at))}</td>
      <td class="number">{devices}</td>
      <td>
        <span class="row-actions">
          <button type="button" class="button button-small" onClick={() => onShow("replace")}>
            {words.replace}
          </button>
          <button type="button" class="button button-small" onClick={() => onShow("remove")}>
            {words.remove}
          </button>
        </span>
      </td>
    </tr>
  );
}

/** @param props.name of the key that is replaced; without it a key is added */
function SetDialog(props: {
  name: string | undefined;
  isFirst: boolean;
  onClose: () => void;
  onDone: (text: string) => void;
}) {
  const words = t.value.manage;
  const name = useSignal(props.name ?? (props.isFirst ? "default" : ""));
  const value = useSignal("");
  return (
    <ActionDialog
      title={props.name === undefined ? words.addKey : words.replaceTitle(props.name)}
      yes={words.save}
      underWay={words.checkingKey}
      failed={words.notSaved}
      onClose={props.onClose}
      act={async () => {
        const request: SetKeyRequest = {
          name: name.value.trim(),
          value: value.value,
          confirm: props.name !== undefined,
        };
        const { devices } = await postJson<SetKeyAnswer>("/api/keys", request);
        props.onDone(`${countOf(words.keyReads, devices)} ${words.usedSoon}`);
      }}
    >
      <div class="stacked-form">
        {props.name === undefined ? (
          <TextField
            label={words.keyName}
            value={name.value}
            onInput={(text) => (name.value = text)}
            help={words.keyNameHelp}
            isRequired
          />
        ) : null}
        <KeyField value={value} />
      </div>
    </ActionDialog>
  );
}

function RemoveDialog(props: { name: string; onClose: () => void; onDone: (text: string) => void }) {
  const words = t.value.manage;
  const { name } = props;
  return (
    <ActionDialog
      title={words.removeKeyTitle(name)}
      yes={words.remove}
      underWay={words.removing}
      failed={words.notRemoved}
      onClose={props.onClose}
      act={async () => {
        const request: RemoveKeyRequest = { name, confirm: name };
        await postJson("/api/keys/remove", request);
        props.onDone(words.keyRemoved(name));
      }}
    >
      <p>{words.removeKeyText}</p>
    </ActionDialog>
  );
}
