import type {
  DeviceReport,
  EditDeviceRequest,
  RemoveDeviceRequest,
  TariffList,
} from "@energylive/api/contract";
import { type Signal, useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { getJson, postJson } from "../../data/client.ts";
import { useResource } from "../../data/resource.ts";
import { t } from "../../i18n/locale.ts";
import { ActionDialog } from "../../ui/action-dialog.tsx";
import { Icon } from "../../ui/icon.tsx";
import { TextField } from "../../ui/text-field.tsx";

type Shown = "edit" | "pause" | "remove";

/** Renames, labels, pauses and removes a device. */
export function EditDevice(props: {
  report: DeviceReport;
  labels: Record<string, string>;
  tariff: string | null;
  onChange: () => void;
}) {
  const words = t.value.edit;
  const { report, labels, tariff, onChange } = props;
  const { device_id, health } = report;
  const shown = useSignal<Shown | undefined>(undefined);
  const close = () => (shown.value = undefined);
  const done = () => {
    close();
    onChange();
  };
  const isPaused = health === "disabled";
  return (
    <div class="device-actions">
      <button type="button" class="button button-small" onClick={() => (shown.value = "edit")}>
        {words.edit}
      </button>
      {health === "invalid" ? null : (
        <button type="button" class="button button-small" onClick={() => (shown.value = "pause")}>
          {isPaused ? words.resume : words.pause}
        </button>
      )}
      <button type="button" class="button button-small" onClick={() => (shown.value = "remove")}>
        {words.remove}
      </button>
      {shown.value === "edit" ? (
        <EditDialog report={report} labels={labels} tariff={tariff} onClose={close} onDone={done} />
      ) : shown.value === "pause" ? (
        <PauseDialog deviceId={device_id} isPaused={isPaused} onClose={close} onDone={done} />
      ) : shown.value === "remove" ? (
        <RemoveDialog deviceId={device_id} onClose={close} />
      ) : null}
    </div>
  );
}

const addressOf = (deviceId: string) => `/api/devices/${encodeURIComponent(deviceId)}`;

function EditDialog(props: {
  report: DeviceReport;
  labels: Record<string, string>;
  tariff: string | null;
  onClose: () => void;
  onDone: () => void;
}) {
  const words = t.value.edit;
  const { device_id, name = device_id } = props.report;
  const tariff = useSignal(props.tariff);
  const written = useSignal(name === device_id ? "" : name);
  const labels = useSignal<readonly (readonly [name: string, text: string])[]>(Object.entries(props.labels));
  const change = (index: number, label: readonly [string, string]) => {
    labels.value = labels.value.with(index, label);
  };
  return (
    <ActionDialog
      title={words.editTitle}
      yes={words.save}
      underWay={words.saving}
      failed={words.notSaved}
      onClose={props.onClose}
      act={async () => {
        const request: EditDeviceRequest = {
          name: written.value.trim() === "" ? null : written.value.trim(),
          labels: Object.fromEntries(
            labels.value
              .map(([label, text]) => [label.trim(), text.trim()] as const)
              .filter(([label, text]) => label !== "" && text !== ""),
          ),
          ...(tariff.value === props.tariff ? {} : { tariff: tariff.value }),
        };
        await postJson(addressOf(device_id), request);
        props.onDone();
      }}
    >
      <div class="stacked-form">
        <TextField
          label={words.name}
          value={written.value}
          onInput={(text) => (written.value = text)}
          help={words.nameHelp(device_id)}
        />
        <TariffField tariff={tariff} />
        <fieldset class="label-fields">
          <legend>{words.labels}</legend>
          {labels.value.map(([label, text], index) => (
            // Their order is all that tells them apart while they are typed.
            <div key={index} class="label-field">
              <input
                aria-label={words.labelName}
                placeholder={words.labelName}
                value={label}
                onInput={({ currentTarget }) => change(index, [currentTarget.value, text])}
              />
              <input
                aria-label={words.labelText}
                placeholder={words.labelText}
                value={text}
                onInput={({ currentTarget }) => change(index, [label, currentTarget.value])}
              />
              <button
                type="button"
                class="icon-button icon-button-small"
                aria-label={words.removeLabel(label)}
                onClick={() => (labels.value = labels.value.toSpliced(index, 1))}
              >
                <Icon name="close" />
              </button>
            </div>
          ))}
          <button
            type="button"
            class="button button-small"
            onClick={() => (labels.value = [...labels.value, ["", ""]])}
          >
            {words.addLabel}
          </button>
        </fieldset>
      </div>
    </ActionDialog>
  );
}

/** Chooses one of the tariffs that there are, or none. */
function TariffField({ tariff }: { tariff: Signal<string | null> }) {
  const words = t.value.edit;
  const id = useId();
  const known = useResource<TariffList>("tariffs", (signal) => getJson("/api/tariffs", undefined, signal));
  const names = new Set([
    ...(known.data.value?.tariffs ?? []),
    ...(tariff.value === null ? [] : [tariff.value]),
  ]);
  return (
    <div class="text-field">
      <label for={id}>{words.tariff}</label>
      <select
        id={id}
        value={tariff.value ?? ""}
        onChange={({ currentTarget }) => (tariff.value = currentTarget.value || null)}
      >
        <option value="">{words.noTariff}</option>
        {[...names].map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

function PauseDialog(props: {
  deviceId: string;
  isPaused: boolean;
  onClose: () => void;
  onDone: () => void;
}) {
  const words = t.value.edit;
  const { deviceId, isPaused } = props;
  return (
    <ActionDialog
      title={isPaused ? words.resumeTitle : words.pauseTitle}
      yes={isPaused ? words.resume : words.pause}
      underWay={words.saving}
      failed={words.notSaved}
      onClose={props.onClose}
      act={async () => {
        const request: EditDeviceRequest = { enabled: isPaused };
        await postJson(addressOf(deviceId), request);
        props.onDone();
      }}
    >
      <p>{isPaused ? words.resumeText : words.pauseText}</p>
    </ActionDialog>
  );
}

function RemoveDialog({ deviceId, onClose }: { deviceId: string; onClose: () => void }) {
  const words = t.value.edit;
  return (
    <ActionDialog
      title={words.removeTitle}
      yes={words.remove}
      underWay={words.removing}
      failed={words.notRemoved}
      onClose={onClose}
      act={async () => {
        const request: RemoveDeviceRequest = { confirm: deviceId };
        await postJson(`${addressOf(deviceId)}/remove`, request);
        onClose();
        location.hash = "#/";
      }}
    >
      <p>{words.removeText}</p>
    </ActionDialog>
  );
}
