import type { DevicePage } from "@energylive/api/contract";
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { getDevices } from "../../data/device-list.ts";
import { useResource } from "../../data/resource.ts";
import { t } from "../../i18n/locale.ts";
import { Icon } from "../../ui/icon.tsx";
import { CurveMark } from "./curve-mark.tsx";
import { MOST_DEVICES } from "./selection.ts";

/** Shown at a time; a search finds the others. */
const MOST_MATCHES = 50;

/** Chooses several devices by check boxes, or one. */
export function DevicePicker(props: {
  chosen: readonly string[];
  nameOf: (deviceId: string) => string;
  isSingle: boolean;
  onChoose: (deviceIds: string[]) => void;
}) {
  const { chosen, nameOf, isSingle, onChoose } = props;
  const words = t.value.compare;
  const popover = useRef<HTMLDivElement>(null);
  return (
    <div class="device-picker">
      <button type="button" class="button" popovertarget="device-picker">
        <Icon name="new" />
        {isSingle ? words.chooseOne : words.choose}
      </button>
      <ul class="chosen-devices">
        {chosen.map((id, index) => (
          <li key={id}>
            {isSingle ? null : <CurveMark mark={String(index + 1)} />}
            <span class="chosen-name">{nameOf(id)}</span>
            {isSingle ? null : (
              <button
                type="button"
                class="icon-button icon-button-small"
                aria-label={words.remove(nameOf(id))}
                onClick={() => onChoose(chosen.filter((other) => other !== id))}
              >
                <Icon name="close" />
              </button>
            )}
          </li>
        ))}
      </ul>
      <div
        id="device-picker"
        popover="auto"
        class="picker-popover"
        role="dialog"
        aria-label={words.choose}
        ref={popover}
      >
        <Choices
          chosen={chosen}
          isSingle={isSingle}
          onChoose={(ids) => {
            onChoose(ids);
            if (isSingle) popover.current?.hidePopover();
          }}
        />
      </div>
    </div>
  );
}

function Choices(props: {
  chosen: readonly string[];
  isSingle: boolean;
  onChoose: (deviceIds: string[]) => void;
}) {
  const { chosen, isSingle, onChoose } = props;
  const words = t.value.compare;
  const search = useSignal("");
  const found = useResource<DevicePage>(search.value, (signal) =>
    getDevices({ search: search.value, limit: MOST_MATCHES }, signal),
  );
  const isFull = !isSingle && chosen.length >= MOST_DEVICES;
  return (
    <>
      <input
        type="search"
        aria-label={t.value.overview.search}
        placeholder={t.value.overview.search}
        onInput={({ currentTarget }) => (search.value = currentTarget.value)}
      />
      {isSingle ? null : <p class="muted">{words.chosen(String(chosen.length), String(MOST_DEVICES))}</p>}
      <ul class="picker-list">
        {found.data.value?.devices
          .filter(({ health }) => health !== "invalid")
          .map(({ device_id, name = device_id }) => {
            const isChosen = chosen.includes(device_id);
            return (
              <li key={device_id}>
                <label>
                  <input
                    type={isSingle ? "radio" : "checkbox"}
                    name="compared-device"
                    checked={isChosen}
                    disabled={isFull && !isChosen}
                    onChange={() =>
                      onChoose(
                        isSingle
                          ? [device_id]
                          : isChosen
                            ? chosen.filter((id) => id !== device_id)
                            : [...chosen, device_id],
                      )
                    }
                  />
                  <span>
                    {name}
                    {name === device_id ? null : <span class="muted"> {device_id}</span>}
                  </span>
                </label>
              </li>
            );
          })}
      </ul>
    </>
  );
}
