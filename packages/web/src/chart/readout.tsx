import type { ComponentChildren } from "preact";
import { powerText } from "../format/numbers.ts";
import { moment, rangeText } from "../format/times.ts";
import { locale, t } from "../i18n/locale.ts";
import { isGapAfter } from "../series/gaps.ts";
import { indexAt, type Point, timeOf } from "../series/point.ts";
import type { Range } from "../series/tiles.ts";
import { timeStyle } from "../ui/zone.ts";

export interface ReadCurve {
  name: string;
  /** What tells it from the others, beside its name. */
  mark: ComponentChildren;
  points: readonly Point[];
  /** Writes a value of it; power unless said otherwise. */
  text?: (value: number) => string;
}

/**
 * Shows the values at the time under the pointer, above the chart and with constant height: a box that follows the pointer
 * would hide them. Without such a time it shows the range and the legend.
 */
export function Readout({
  curves,
  at,
  range,
}: {
  curves: readonly ReadCurve[];
  at: number | undefined;
  range: Range;
}) {
  return (
    <ReadoutLine
      time={at === undefined ? rangeText(timeStyle(), range.from, range.to) : moment(timeStyle(), at)}
      items={curves.map(({ name, mark, ...curve }) => ({
        name,
        mark,
        value: at === undefined ? "" : readText(curve, at),
      }))}
    />
  );
}

export interface ReadItem {
  name: string;
  /** What tells it from the others, beside its name. */
  mark?: ComponentChildren;
  value: string;
  /** The one that counts most. */
  isMain?: boolean;
}

/** A time, and what is read there: above every chart, curves or bars. */
export function ReadoutLine({ time, items }: { time: string; items: readonly ReadItem[] }) {
  return (
    <div class="readout">
      <p class="readout-time">{time}</p>
      <ul class="readout-curves">
        {items.map(({ name, mark, value, isMain = false }, index) => (
          <li key={`${index} ${name}`}>
            {mark}
            <span class="readout-name">{name}</span>
            {isMain ? <strong>{value}</strong> : <span class="readout-value">{value}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** As one sentence, to be read aloud. */
export function spokenReadout(curves: readonly ReadCurve[], at: number): string {
  const values = curves.map((curve) => `${curve.name} ${readText(curve, at)}`);
  return `${moment(timeStyle(), at)}: ${values.join(", ")}`;
}

/** `412 W`, with the bounds if several measurements share a bucket; a dash in a gap. */
function readText({ points, text = wattsText }: Pick<ReadCurve, "points" | "text">, at: number): string {
  const point = nearest(points, at);
  if (point === undefined) return "–";
  const mean = text(point.mean);
  if (point.count === 1 || point.max - point.min < 1) return mean;
  return `${mean} (${t.value.device.between(text(point.min), text(point.max))})`;
}

function wattsText(watts: number): string {
  return powerText(locale.value, watts);
}

function nearest(points: readonly Point[], at: number): Point | undefined {
  const index = indexAt(points, at);
  const candidates = points.slice(Math.max(0, index - 1), index + 2);
  const distance = (point: Point) => Math.abs(timeOf(point) - at);
  const [closest] = candidates.toSorted((a, b) => distance(a) - distance(b));
  if (closest === undefined) return undefined;
  return isGapAfter(points, points.indexOf(closest, Math.max(0, index - 1)), distance(closest))
    ? undefined
    : closest;
}
