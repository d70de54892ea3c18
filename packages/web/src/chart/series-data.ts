import { computed, type ReadonlySignal } from "@preact/signals";
import { useLayoutEffect, useMemo } from "preact/hooks";

import type { Point } from "../series/point.ts";
import { readSeries, seriesVersion, wantTiles } from "../series/store.ts";
import { type Range, type SeriesAddress, tileIndexes, tileRange } from "../series/tiles.ts";
import { DAY_MS } from "../time/zone.ts";
import type { PlotView } from "./plot-view.ts";

/** Beside a longer range, prefetching would read too much. */
const LONGEST_LOOKAHEAD_MS = 31 * DAY_MS;

/** A series, and where its times are drawn, like last week's curve under this week's. */
export interface ShownSeries extends SeriesAddress {
  /** Identifies the shift. */
  moved?: string;
  /** From a time of the series to where it is drawn; `NaN` where it is not. */
  drawnAt?: (at: number) => number;
  /** Back from where it is drawn. */
  timeAt?: (at: number) => number;
}

/**
 * The points of several series for a chart's range and the tiles around it, so it moves without waiting. Changes when more
 * data arrives, when measurements are stored and when the range reaches another tile, but not while it moves within them.
 */
export function useSeriesData(
  series: readonly ShownSeries[],
  plot: PlotView,
  leastBucket = 0,
): ReadonlySignal<Point[][]> {
  const key = JSON.stringify(series);
  const { bucket, data } = useMemo(() => {
    const bucket = computed(() => Math.max(leastBucket, plot.bucket.value));
    const from = computed(() => outer(plot.view.value, bucket.value).from);
    const to = computed(() => outer(plot.view.value, bucket.value).to);
    const data = computed(() => {
      seriesVersion.value;
      return shifted(series, { from: from.value, to: to.value }).map(([address, range, drawnAt]) => {
        const points = readSeries(address, range, bucket.value);
        return drawnAt === undefined ? points : moved(points, drawnAt);
      });
    });
    return { bucket, data };
  }, [key, plot, leastBucket]);

  // An effect would run after the first paint; this fetches during layout.
  useLayoutEffect(() => {
    const view = shifted(series, plot.view.value);
    const size = bucket.value;
    const shown = view.map(([address, range]) => ({ series: address, range, bucket: size }));
    const span = plot.view.value.to - plot.view.value.from;
    const beside = shown.map(({ range, ...rest }) => ({
      ...rest,
      range: { from: range.from - span, to: range.to + span },
    }));
    wantTiles(shown, span <= LONGEST_LOOKAHEAD_MS ? beside : []);
  }, [key, plot.view.value, bucket.value, seriesVersion.value]);

  return data;
}

function shifted(series: readonly ShownSeries[], { from, to }: Range) {
  return series.map(({ device, type, drawnAt, timeAt = (at) => at }) => {
    const range: Range = { from: timeAt(from), to: timeAt(to) };
    return [{ device, type }, range, drawnAt] as const;
  });
}

/** At a clock change two times can coincide: leave out the later one. */
function moved(points: readonly Point[], drawnAt: (at: number) => number): Point[] {
  const result: Point[] = [];
  for (const point of points) {
    const start = drawnAt(point.start);
    if (start > (result.at(-1)?.start ?? Number.NEGATIVE_INFINITY)) {
      result.push({ ...point, start, lastAt: start + (point.lastAt - point.start) });
    }
  }
  return result;
}

/** The tiles of the range and one more on each side. */
function outer(range: Range, bucket: number): Range {
  const [newest = 0, ...others] = tileIndexes(bucket, range);
  const oldest = others.at(-1) ?? newest;
  return {
    from: tileRange({ bucket, index: oldest - 1 }).from,
    to: tileRange({ bucket, index: newest + 1 }).to,
  };
}
