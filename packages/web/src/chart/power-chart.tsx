import { effect, type ReadonlySignal, type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";

import { isDark } from "../app/theme.ts";
import { serverNow } from "../data/clock.ts";
import { locale } from "../i18n/locale.ts";
import type { Range } from "../series/tiles.ts";
import { timeStyle } from "../ui/zone.ts";
import { listenToGestures } from "./gestures.ts";
import { type CurveStyle, createPlot } from "./plot.ts";
import { panned, zoomed } from "./view.ts";

/** The steps of the arrow keys, and of plus and minus. */
const KEY_PAN_SHARE = 0.2;
const KEY_ZOOM_FACTOR = 0.5;

export interface PowerChartProps {
  /** Says what the chart shows, in words. */
  label: string;
  describedBy: string;
  view: ReadonlySignal<Range>;
  onView: (view: Range) => void;
  /** Back to the newest. */
  onHome: () => void;
  data: ReadonlySignal<uPlot.AlignedData>;
  curves: readonly CurveStyle[];
  sides?: { above: string; below: string };
  /** Whether the first column of the data are market prices. */
  hasPrices?: boolean;
  /** Limits of rules, in W. */
  limits?: readonly number[];
  /** The time read by pointer or key. */
  cursor: Signal<number | undefined>;
  /** Called for a value read by key, to be read aloud. */
  onRead: () => void;
  /** How wide the plot is, in pixels. */
  width: Signal<number>;
}

/** A chart over time. Pointer, fingers, wheel and keys move and zoom it. */
export function PowerChart(props: PowerChartProps) {
  const { label, describedBy, view, onView, onHome, data, curves, sides, cursor, onRead, width } = props;
  const { hasPrices = false, limits = [] } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const isEntered = useSignal(false);
  const look = JSON.stringify([curves, sides, limits, isDark.value, locale.value]);

  useEffect(() => {
    const { current } = place;
    if (current === null) return;
    const made = createPlot(
      current,
      {
        curves,
        hasPrices,
        limits,
        timeStyle: timeStyle(),
        range: () => [view.peek().from, view.peek().to],
        onCursor: (at) => (cursor.value = at),
        ...(sides === undefined ? {} : { sides }),
      },
      data.peek(),
    );
    plot.current = made;
    const endGestures = listenToGestures(made.over, {
      pan: (share) => onView(panned(view.peek(), share, serverNow())),
      zoom: (factor, anchor) => onView(zoomed(view.peek(), factor, anchor, serverNow())),
      takesWheel: () => isEntered.peek(),
    });
    const resizing = new ResizeObserver(() => {
      made.setSize({ width: Math.max(1, current.clientWidth), height: Math.max(1, current.clientHeight) });
      width.value = made.over.clientWidth;
    });
    resizing.observe(current);
    const endDrawing = drawOnFrames(current, made, view, data);
    return () => {
      endDrawing();
      resizing.disconnect();
      endGestures();
      made.destroy();
      plot.current = undefined;
    };
  }, [look]);

  function press(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const range = view.peek();
    const now = serverNow();
    const direction = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (direction !== 0 && event.shiftKey) readNext(direction);
    else if (direction !== 0) onView(panned(range, direction * KEY_PAN_SHARE, now));
    else if (event.key === "+" || event.key === "=") onView(zoomed(range, KEY_ZOOM_FACTOR, 0.5, now));
    else if (event.key === "-") onView(zoomed(range, 1 / KEY_ZOOM_FACTOR, 0.5, now));
    else if (event.key === "Home") onHome();
    else return;
    event.preventDefault();
  }

  /** The next time with a value in this direction; from outside the range, the first or last one shown. */
  function readNext(direction: number) {
    const { from, to } = view.peek();
    const [times = []] = data.peek();
    const shown = [...times].filter((at) => at >= from && at <= to);
    const at = cursor.peek() ?? (direction > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
    const next = direction > 0 ? shown.find((time) => time > at) : shown.findLast((time) => time < at);
    if (next === undefined || plot.current === undefined) return;
    plot.current.setCursor({ left: plot.current.valToPos(next, "x"), top: 0 }, false);
    cursor.value = next;
    onRead();
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a chart that takes keys is not a fieldset.
    <div
      class="power-chart"
      ref={place}
      role="group"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes keys.
      tabIndex={0}
      aria-label={label}
      aria-describedby={describedBy}
      onKeyDown={press}
      onFocus={() => (isEntered.value = true)}
      onBlur={() => (isEntered.value = false)}
      onPointerDown={() => (isEntered.value = true)}
    />
  );
}

/** Draws at most once per frame. @returns stops it */
function drawOnFrames(
  place: HTMLElement,
  plot: uPlot,
  view: ReadonlySignal<Range>,
  data: ReadonlySignal<uPlot.AlignedData>,
): () => void {
  let frame = 0;
  let drawn = data.peek();
  const end = effect(() => {
    const { from: min, to: max } = view.value;
    const next = data.value;
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      plot.batch(() => {
        if (next !== drawn) plot.setData(next, false);
        plot.setScale("x", { min, max });
      });
      drawn = next;
      // For measuring how soon something is visible.
      place.dataset.points = String(next[0]?.length ?? 0);
    });
  });
  return () => {
    cancelAnimationFrame(frame);
    end();
  };
}
