import type { PriceSeries } from "@energylive/api/contract";
import { type ReadonlySignal, useComputed } from "@preact/signals";

import { getJson } from "../data/client.ts";
import { useLastAnswer, useResource } from "../data/resource.ts";
import { type Point, pointOf } from "../series/point.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../time/zone.ts";
import type { PlotView } from "./plot-view.ts";

/** More steps than these are a carpet, in which no step can be seen. */
const MOST_STEPS = 750;
const STEPS_MS = [HOUR_MS / 4, HOUR_MS, DAY_MS];

/** Tomorrow's prices come once a day. */
const REFRESH_MS = 15 * MINUTE_MS;

/** Mean market prices of quarter-hours, hours or days, in EUR/MWh, and where they are from. */
export interface ShownPrices {
  points: Point[];
  sources: readonly string[];
}

/** The market prices of a chart's range, also of the part that is to come. @param enabled other data may go first */
export function usePrices(plot: PlotView, enabled: boolean): ReadonlySignal<ShownPrices> {
  const range = plot.settled.value;
  const query = {
    // Whole days: the range moves with the clock.
    from: Math.floor(range.from / DAY_MS) * DAY_MS,
    to: Math.ceil(range.to / DAY_MS) * DAY_MS,
    bucket: STEPS_MS.find((step) => (range.to - range.from) / step <= MOST_STEPS) ?? DAY_MS,
  };
  const resource = useResource<PriceSeries>(
    JSON.stringify(query),
    (signal) => getJson("/api/prices", query, signal),
    { refreshMs: REFRESH_MS, enabled },
  );
  const answer = useLastAnswer(resource);
  return useComputed(() => {
    const { bucket = 0, prices = [], price_sources = [] } = answer.value ?? {};
    const points = prices.map(([start, price]) =>
      pointOf([start, price, price, price, price, start + bucket, 2], bucket),
    );
    return { points, sources: price_sources };
  });
}
