import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";

import { t } from "../i18n/locale.ts";
import { instantOf, wallClock } from "../time/zone.ts";
import { Segmented } from "../ui/segmented.tsx";
import { zone } from "../ui/zone.ts";
import { PeriodPicker } from "./period-picker.tsx";
import type { PlotView } from "./plot-view.ts";
import type { RangeName } from "./view.ts";

const NAMES: readonly RangeName[] = ["1h", "24h", "7d", "30d", "1y"];

const LOCAL_TIME = /^(\d{4,})-(\d{2})-(\d{2})T(\d{2}):(\d{2})/;

/** Ranges up to now, calendar periods, and a custom range in the page's time zone. */
export function RangePicker({ plot }: { plot: PlotView }) {
  const words = t.value.device;
  const popover = useRef<HTMLDivElement>(null);
  const name = plot.name.value;
  return (
    <div class="range-picker">
      <Segmented
        label={words.range}
        choices={NAMES.map((name) => ({
          value: name,
          text: words.ranges[name],
          title: words.rangeNames[name],
        }))}
        chosen={NAMES.find((choice) => choice === name)}
        onChoose={plot.follow}
      />
      <PeriodPicker
        label={words.calendar}
        period={name === undefined ? undefined : plot.period.value}
        onChoose={plot.follow}
      />
      <button
        type="button"
        class={name === undefined ? "button button-chosen" : "button"}
        popovertarget="custom-range"
      >
        {words.custom}
      </button>
      <div
        id="custom-range"
        popover="auto"
        class="custom-range"
        role="dialog"
        aria-label={words.customTitle}
        ref={popover}
        onToggle={({ newState }) => {
          // Opening it again drops what was typed before; nothing overwrites it while typing.
          if (newState === "open") popover.current?.querySelector("form")?.reset();
        }}
      >
        <CustomRange plot={plot} onDone={() => popover.current?.hidePopover()} />
      </div>
    </div>
  );
}

function CustomRange({ plot, onDone }: { plot: PlotView; onDone: () => void }) {
  const words = t.value.device;
  const from = useRef<HTMLInputElement>(null);
  const to = useRef<HTMLInputElement>(null);
  const isWrong = useSignal(false);
  const view = plot.settled.value;

  function show(event: SubmitEvent) {
    event.preventDefault();
    const range = { from: readLocal(from.current?.value), to: readLocal(to.current?.value) };
    isWrong.value = !(range.from < range.to);
    if (isWrong.value) return;
    plot.show(range);
    onDone();
  }

  return (
    <form onSubmit={show}>
      <label>
        {words.from}
        <input type="datetime-local" ref={from} defaultValue={writeLocal(view.from)} required />
      </label>
      <label>
        {words.to}
        <input type="datetime-local" ref={to} defaultValue={writeLocal(view.to)} required />
      </label>
      <p class="form-problem" role="alert">
        {isWrong.value ? words.invalidRange : ""}
      </p>
      <button type="submit" class="button button-primary">
        {words.show}
      </button>
    </form>
  );
}

function readLocal(text: string | undefined): number {
  const [year, month, day, hour, minute] = (LOCAL_TIME.exec(text ?? "") ?? []).slice(1).map(Number);
  if (year === undefined || month === undefined || day === undefined) return Number.NaN;
  return instantOf(zone, { year, month, day, hour: hour ?? 0, minute: minute ?? 0 });
}

function writeLocal(instant: number): string {
  const { year, month, day, hour, minute } = wallClock(zone, instant);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
}
