import type { EnergySum } from "@energylive/api/contract";
import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";

import { serverNow } from "../data/clock.ts";
import { decimal, digitsOf } from "../format/numbers.ts";
import { tickText } from "../format/times.ts";
import { locale } from "../i18n/locale.ts";
import { timeTicks } from "../time/ticks.ts";
import { timeStyle } from "../ui/zone.ts";
import { type BarLayout, type BarRect, isEstimated, isReset, layBars } from "./bars.ts";

const TICK_SPACE = 72;
const TOP = 10;
const RIGHT = 8;

/** The page's font size, as in the style sheet, and the width of a digit as a share of it. */
const FONT_SHARE = 0.75;
const CHARACTER_SHARE = 0.57;
const LABEL_PADDING_PX = 16;
const KILO = 1_000;

/** Space for a label in the middle of its bar. */
const EDGE = 24;

interface BarChartProps {
  label: string;
  describedBy: string;
  periods: readonly EnergySum[];
  /** The period under the pointer. */
  onPoint: (period: EnergySum | undefined) => void;
  /** A click on the bar under the pointer. By key and for screen readers the table has links. */
  onChoose: (period: EnergySum) => void;
}

export function BarChart({ label, describedBy, periods, onPoint, onChoose }: BarChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const pointed = useRef<EnergySum | undefined>(undefined);
  const point = (period: EnergySum | undefined) => {
    pointed.current = period;
    onPoint(period);
  };
  const size = useSignal({ width: 0, height: 0 });
  useEffect(() => {
    const { current } = place;
    if (current === null) return;
    const resizing = new ResizeObserver(() => {
      size.value = { width: current.clientWidth, height: current.clientHeight };
    });
    resizing.observe(current);
    return () => resizing.disconnect();
  }, []);
  useEffect(() => {
    const { current } = place;
    const choose = () => pointed.current !== undefined && onChoose(pointed.current);
    current?.addEventListener("click", choose);
    return () => current?.removeEventListener("click", choose);
  }, [onChoose]);
  const { width, height } = size.value;
  return (
    <div class="bar-chart" ref={place} onPointerLeave={() => point(undefined)}>
      {width === 0 || periods.length === 0 ? null : (
        <Bars
          width={width}
          height={height}
          label={label}
          describedBy={describedBy}
          periods={periods}
          onPoint={point}
        />
      )}
    </div>
  );
}

function Bars(props: Omit<BarChartProps, "onChoose"> & { width: number; height: number }) {
  const { width, height, label, describedBy, periods, onPoint } = props;
  const hatchId = useId();
  const fontPx = FONT_SHARE * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const plotHeight = Math.max(1, height - 2.3 * fontPx - TOP);
  const layoutOf = (plotWidth: number) => layBars(periods, plotWidth, plotHeight);
  const texts = tickTexts(layoutOf(100).ticks);
  const left = Math.max(...texts.map((text) => text.length)) * CHARACTER_SHARE * fontPx + LABEL_PADDING_PX;
  const layout = layoutOf(Math.max(1, width - left - RIGHT));
  return (
    <svg width={width} height={height} role="img" aria-label={label} aria-describedby={describedBy}>
      <defs>
        {["import", "export"].map((direction) => (
          <pattern
            key={direction}
            id={`${hatchId}-${direction}`}
            class={`hatch hatch-${direction}`}
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect class="hatch-ground" width="6" height="6" />
            <rect class="hatch-line" width="3" height="6" />
          </pattern>
        ))}
      </defs>
      <g transform={`translate(${left} ${TOP})`}>
        {layout.ticks.map(({ wh, y }, index) => (
          <g key={wh}>
            <line class={wh === 0 ? "bar-zero" : "bar-grid"} x1={0} x2={width - left - RIGHT} y1={y} y2={y} />
            <text class="axis-text" x={-8} y={y} dy="0.32em" text-anchor="end">
              {texts[index]}
            </text>
          </g>
        ))}
        {layout.periods.map(({ period, left: from, right, import: drawn, export: fedIn }) => (
          <g key={period.from} class="bar-period" onPointerEnter={() => onPoint(period)}>
            <rect class="bar-hit" x={from} y={0} width={right - from} height={plotHeight} />
            <Bar rect={drawn} direction="import" isEstimated={isEstimated(period)} hatchId={hatchId} />
            <Bar rect={fedIn} direction="export" isEstimated={isEstimated(period)} hatchId={hatchId} />
            {drawn === undefined && fedIn === undefined && period.from < serverNow() ? (
              <line class="bar-unknown" x1={from + 1} x2={right - 1} y1={layout.zeroY} y2={layout.zeroY} />
            ) : null}
            {isReset(period) ? (
              <text class="bar-reset" x={(from + right) / 2} y={4} text-anchor="middle">
                ↺
              </text>
            ) : null}
          </g>
        ))}
        <TimeAxis periods={layout.periods} y={plotHeight} width={width - left - RIGHT} />
      </g>
    </svg>
  );
}

function Bar(props: {
  rect: BarRect | undefined;
  direction: "import" | "export";
  isEstimated: boolean;
  hatchId: string;
}) {
  const { rect, direction, hatchId } = props;
  if (rect === undefined) return null;
  const hatched = props.isEstimated ? { fill: `url(#${hatchId}-${direction})` } : {};
  return <rect class={props.isEstimated ? "bar" : `bar bar-${direction}`} {...rect} {...hatched} />;
}

/** A label is under the middle of the bar that starts at its time. */
function TimeAxis({ periods, y, width }: { periods: BarLayout["periods"]; y: number; width: number }) {
  const style = timeStyle();
  const from = periods[0]?.period.from ?? 0;
  const to = periods.at(-1)?.period.from ?? from;
  const { at, unit } =
    periods.length === 1
      ? { at: [from], unit: "day" as const }
      : timeTicks(style.zone, from, to, Math.max(2, Math.floor(width / TICK_SPACE)));
  const middles = new Map(periods.map(({ period, left, right }) => [period.from, (left + right) / 2]));
  return (
    <>
      {at.map((tick, index) => {
        const x = middles.get(tick);
        if (x === undefined) return null;
        const anchor = x < EDGE ? "start" : x > width - EDGE ? "end" : "middle";
        return (
          <text
            key={tick}
            class="axis-text"
            x={anchor === "start" ? 0 : anchor === "end" ? width : x}
            y={y}
            dy="1.5em"
            text-anchor={anchor}
          >
            {tickText(style, tick, unit, at[index - 1])}
          </text>
        );
      })}
    </>
  );
}

/** All in kWh; fed-in energy is below zero. */
function tickTexts(ticks: BarLayout["ticks"]): string[] {
  const values = ticks.map(({ wh }) => wh / KILO);
  const digits = digitsOf(values);
  return values.map((value) => `${decimal(locale.value, value, digits)}\u00a0kWh`);
}
