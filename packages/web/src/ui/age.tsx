import { now } from "../data/clock.ts";
import { durationText, moment } from "../format/times.ts";
import { locale, t } from "../i18n/locale.ts";
import { zone } from "./zone.ts";

/** How long ago, updated every second; the exact time as a tooltip. */
export function Age({ at }: { at: number | string | undefined | null }) {
  const words = t.value.age;
  const instant = typeof at === "string" ? Date.parse(at) : (at ?? Number.NaN);
  if (Number.isNaN(instant)) return <span>{words.never}</span>;
  const text = words.ago(durationText(locale.value, words, now.value - instant));
  return (
    <time dateTime={new Date(instant).toISOString()} title={moment({ locale: locale.value, zone }, instant)}>
      {text}
    </time>
  );
}

/** A duration as text. */
export function duration(ms: number): string {
  return durationText(locale.value, t.value.age, ms);
}
