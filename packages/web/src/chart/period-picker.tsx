import { now } from "../data/clock.ts";
import { periodLabel } from "../format/times.ts";
import { t } from "../i18n/locale.ts";
import { PERIOD_UNITS, type Period, periodAt, periodName, steppedPeriod } from "../time/period.ts";
import { instantOf, wallClock } from "../time/zone.ts";
import { Icon } from "../ui/icon.tsx";
import { Segmented } from "../ui/segmented.tsx";
import { timeStyle, zone } from "../ui/zone.ts";

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Chooses a calendar period: its unit, the one before or after, or by any of its dates. */
export function PeriodPicker(props: {
  label: string;
  /** `undefined` while something else is shown. */
  period: Period | undefined;
  /** Without choices of the unit. */
  hasUnit?: boolean;
  onChoose: (name: string) => void;
}) {
  const { label, period, hasUnit = true, onChoose } = props;
  const words = t.value.period;
  const name = (chosen: Period) => periodName(zone, chosen, now.peek());
  const step = (count: number) => {
    if (period !== undefined) onChoose(name(steppedPeriod(zone, period, count)));
  };
  const chooseDate = (text: string) => {
    const [year, month, day] = (DATE.exec(text) ?? []).slice(1).map(Number);
    if (year === undefined || month === undefined || day === undefined) return;
    onChoose(name(periodAt(zone, period?.unit ?? "day", instantOf(zone, { year, month, day }))));
  };
  return (
    <fieldset class="period-picker">
      <legend class="visually-hidden">{label}</legend>
      {hasUnit ? (
        <Segmented
          label={words.unit}
          choices={PERIOD_UNITS.map((unit) => ({ value: unit, text: t.value.device.units[unit] }))}
          chosen={period?.unit}
          onChoose={onChoose}
        />
      ) : null}
      {period === undefined ? null : (
        <div class="period-steps">
          <button
            type="button"
            class="icon-button"
            aria-label={words.previous}
            title={words.previous}
            onClick={() => step(-1)}
          >
            <Icon name="earlier" />
          </button>
          <span class="period-name" aria-live="polite">
            {periodLabel(timeStyle(), words, period, now.value)}
          </span>
          <button
            type="button"
            class="icon-button"
            aria-label={words.next}
            title={words.next}
            disabled={period.to > now.value}
            onClick={() => step(1)}
          >
            <Icon name="later" />
          </button>
        </div>
      )}
      <input
        type="date"
        aria-label={words.date}
        title={words.date}
        value={period === undefined ? "" : dateOf(Math.min(period.from, now.value))}
        onChange={({ currentTarget }) => chooseDate(currentTarget.value)}
      />
    </fieldset>
  );
}

function dateOf(instant: number): string {
  const { year, month, day } = wallClock(zone, instant);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}
