import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";

import { serverNow } from "../data/clock.ts";
import { tickText } from "../format/times.ts";
import { timeTicks } from "../time/ticks.ts";
import { timeStyle } from "../ui/zone.ts";
import { type Bar, type BarLayout, layBars } from "./bars.ts";

const TICK_SPACE = 72;
const TOP = 10;
const RIGHT = 8;

/** The page's font size, as in the style sheet, and the width of a digit as a share of it. */
const FONT_SHARE = 0.75;
const CHARACTER_SHARE = 0.57;
const LABEL_PADDING_PX = 16;

/** Space for a label in the middle of its bar. */
const EDGE = 24;

interface BarChartProps {
  label: string;
  describedBy: string;
  bars: readonly Bar[];
  /** What the axis spans at least, in the unit of the values. */
  leastSpan: number;
  /** The ticks of the axis, in the viewer's format. */
  tickTexts: (values: readonly number[]) => string[];
  /** The index of the bar under the pointer. */
  onPoint: (index: number | undefined) => void;
  /** A click on the bar under the pointer. By key and for screen readers the table has links. */
  onChoose?: (index: number) => void;
}

/** Values of periods, as bars of one part or of several that are stacked. */
export function BarChart(props: BarChartProps) {
  const { onPoint, onChoose, bars } = props;
  const place = useRef<HTMLDivElement>(null);
  const pointed = useRef<number | undefined>(undefined);
  const point = (index: number | undefined) => {
    pointed.current = index;
    onPoint(index);
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
    const choose = () => pointed.current !== undefined && onChoose?.(pointed.current);
    current?.addEventListener("click", choose);
    return () => current?.removeEventListener("click", choose);
  }, [onChoose]);
  const { width, height } = size.value;
  return (
    <div class="bar-chart" ref={place} onPointerLeave={() => point(undefined)}>
      {width === 0 || bars.length === 0 ? null : (
        <Bars {...props} onPoint={point} width={width} height={height} />
      )}
    </div>
  );
}

function Bars(props: BarChartProps & { width: number; height: number }) {
  const { width, height, label, describedBy, bars, leastSpan, tickTexts, onPoint, onChoose } = props;
  const hatchId = useId();
  const fontPx = FONT_SHARE * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const plotHeight = Math.max(1, height - 2.3 * fontPx - TOP);
  const layoutOf = (plotWidth: number) => layBars(bars, { width: plotWidth, height: plotHeight, leastSpan });
  const texts = tickTexts(layoutOf(100).ticks.map(({ value }) => value));
  const left = Math.max(...texts.map((text) => text.length)) * CHARACTER_SHARE * fontPx + LABEL_PADDING_PX;
  const layout = layoutOf(Math.max(1, width - left - RIGHT));
  const hatched = new Set(
    bars.flatMap(({ parts, isEstimated }) => (isEstimated === true ? parts.map(({ kind }) => kind) : [])),
  );
  return (
    <svg width={width} height={height} role="img" aria-label={label} aria-describedby={describedBy}>
      <defs>
        {[...hatched].map((kind) => (
          <pattern
            key={kind}
            id={`${hatchId}-${kind}`}
            class={`hatch hatch-${kind}`}
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
        {layout.ticks.map(({ value, y }, index) => (
          <g key={value}>
            <line
              class={value === 0 ? "chart-zero" : "chart-line"}
              x1={0}
              x2={width - left - RIGHT}
              y1={y}
              y2={y}
            />
            <text class="axis-text" x={-8} y={y} dy="0.32em" text-anchor="end">
              {texts[index]}
            </text>
          </g>
        ))}
        {layout.bars.map(({ bar, left: from, right, rects }, index) => (
          <g
            key={bar.from}
            class={onChoose === undefined ? "bar-period" : "bar-period bar-link"}
            onPointerEnter={() => onPoint(index)}
          >
            <rect class="bar-hit" x={from} y={0} width={right - from} height={plotHeight} />
            {rects.map(({ kind, rect }) =>
              bar.isEstimated === true ? (
                <rect key={kind} class="bar" {...rect} fill={`url(#${hatchId}-${kind})`} />
              ) : (
                <rect key={kind} class={`bar bar-${kind}`} {...rect} />
              ),
            )}
            {rects.length === 0 && bar.from < serverNow() ? (
              <line class="bar-unknown" x1={from + 1} x2={right - 1} y1={layout.zeroY} y2={layout.zeroY} />
            ) : null}
            {bar.flag === undefined ? null : (
              <text class="bar-flag" x={(from + right) / 2} y={4} text-anchor="middle">
                {bar.flag}
              </text>
            )}
          </g>
        ))}
        <TimeAxis bars={layout.bars} y={plotHeight} width={width - left - RIGHT} />
      </g>
    </svg>
  );
}

/** A label is under the middle of the bar that starts at its time. */
function TimeAxis({ bars, y, width }: { bars: BarLayout["bars"]; y: number; width: number }) {
  const style = timeStyle();
  const from = bars[0]?.bar.from ?? 0;
  const to = bars.at(-1)?.bar.from ?? from;
  const { at, unit } =
    bars.length === 1
      ? { at: [from], unit: "day" as const }
      : timeTicks(style.zone, from, to, Math.max(2, Math.floor(width / TICK_SPACE)));
  const middles = new Map(bars.map(({ bar, left, right }) => [bar.from, (left + right) / 2]));
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
