import type { DevicePage } from "@energylive/api/contract";
import { useEffect } from "preact/hooks";
import { usePlotView } from "../../chart/plot-view.ts";
import { RangePicker } from "../../chart/range-picker.tsx";
import { serverNow } from "../../data/clock.ts";
import { getDevices } from "../../data/device-list.ts";
import { watchDevices } from "../../data/live.ts";
import { useResource } from "../../data/resource.ts";
import { t } from "../../i18n/locale.ts";
import { addDays, startOfWeek } from "../../time/zone.ts";
import { PageTitle } from "../../ui/page-title.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { zone } from "../../ui/zone.ts";
import { CompareCard } from "./compare-card.tsx";
import { DevicePicker } from "./device-picker.tsx";
import { EnergyComparison } from "./energy-comparison.tsx";
import {
  type CompareMode,
  type CompareQuantity,
  type CompareSelection,
  readSelection,
  writeSelection,
} from "./selection.ts";

const MODES: readonly CompareMode[] = ["devices", "weeks"];
const QUANTITIES: readonly CompareQuantity[] = ["net", "drawn", "fedIn"];

/** Enough for the names of most fleets. */
const KNOWN_NAMES = 500;

export function ComparePage() {
  const words = t.value.compare;
  const selection = readSelection();
  const { mode, deviceIds } = selection;
  const plot = usePlotView(mode === "weeks" ? thisWeek() : undefined);
  const names = useNames();
  const watched = deviceIds.join();
  useEffect(() => {
    if (watched !== "") watchDevices(watched.split(","));
  }, [watched]);
  const nameOf = (deviceId: string) => names.get(deviceId) ?? deviceId;
  return (
    <div class="page">
      <PageTitle title={words.title} />
      <div class="toolbar">
        <Segmented
          label={words.mode}
          choices={MODES.map((value) => ({ value, text: words.modes[value] }))}
          chosen={mode}
          onChoose={(chosen) => {
            writeSelection({ mode: chosen });
            if (chosen === "weeks") plot.show(thisWeek());
            else plot.follow("24h");
          }}
        />
        <Segmented
          label={words.quantity}
          choices={QUANTITIES.map((value) => ({ value, text: words.quantities[value] }))}
          chosen={selection.quantity}
          onChoose={(quantity) => writeSelection({ quantity })}
        />
        <Computed selection={selection} />
      </div>
      <DevicePicker
        chosen={deviceIds}
        nameOf={nameOf}
        isSingle={mode === "weeks"}
        onChoose={(ids) => writeSelection({ deviceIds: ids })}
      />
      {deviceIds.length === 0 ? (
        <section class="card">
          <EmptyState title={words.emptyTitle}>
            <p>{words.emptyText}</p>
          </EmptyState>
        </section>
      ) : (
        <>
          <RangePicker plot={plot} />
          <CompareCard selection={selection} plot={plot} nameOf={nameOf} />
          <EnergyComparison selection={selection} range={plot.settled.value} nameOf={nameOf} />
        </>
      )}
    </div>
  );
}

function Computed({ selection }: { selection: CompareSelection }) {
  const words = t.value.compare;
  const { mode, deviceIds, hasSum, hasDifference } = selection;
  const canDiffer = mode === "weeks" || deviceIds.length === 2;
  return (
    <div class="checks">
      {mode === "weeks" ? null : (
        <label>
          <input type="checkbox" checked={hasSum} onChange={() => writeSelection({ hasSum: !hasSum })} />
          {words.sum}
        </label>
      )}
      <label title={canDiffer ? undefined : words.differenceNeedsTwo}>
        <input
          type="checkbox"
          checked={hasDifference && canDiffer}
          disabled={!canDiffer}
          onChange={() => writeSelection({ hasDifference: !hasDifference })}
        />
        {words.difference}
      </label>
    </div>
  );
}

function thisWeek() {
  const from = startOfWeek(zone, serverNow());
  return { from, to: addDays(zone, from, 7) };
}

function useNames(): Map<string, string> {
  const page = useResource<DevicePage>("names", (signal) =>
    getDevices({ search: "", limit: KNOWN_NAMES }, signal),
  );
  return new Map(page.data.value?.devices.map(({ device_id, name = device_id }) => [device_id, name]));
}
