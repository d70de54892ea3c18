import { type ReadonlySignal, type Signal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";

import { parameters, setParameters } from "../app/router.ts";
import { now } from "../data/clock.ts";
import { bucketFor, type Range } from "../series/tiles.ts";
import { type Period, readPeriod } from "../time/period.ts";
import { zone } from "../ui/zone.ts";
import { isRangeName, newest, RANGES } from "./view.ts";

/** A gesture is over after this pause: then data is fetched and the address is updated. */
const SETTLED_MS = 250;

/** What a chart shows: a range up to now, which moves with the clock, a calendar period, or a custom range. */
export interface PlotView {
  view: ReadonlySignal<Range>;
  /** Follows a gesture with a short delay. */
  settled: ReadonlySignal<Range>;
  /** Of the range up to now, as in `RANGES`, or of the calendar period; `undefined` for a custom range. */
  name: ReadonlySignal<string | undefined>;
  /** The calendar period that is shown, or was before the range was moved. */
  period: ReadonlySignal<Period | undefined>;
  bucket: ReadonlySignal<number>;
  /** Width of the plot in pixels; the chart sets it. */
  width: Signal<number>;
  show(range: Range): void;
  follow(name: string): void;
  /** Back to now, with the range that was followed last, or the current period. */
  home(): void;
}

/** Used until the plot has a size. */
const GUESSED_WIDTH = 800;

/** @param first what is shown when the address does not say */
export function usePlotView(first = "24h"): PlotView {
  const own = useSignal(ownRange(parameters.peek()));
  const followed = useSignal(followedName(parameters.peek(), first));
  const width = useSignal(GUESSED_WIDTH);
  // A clock tick within a bucket changes neither.
  const from = useComputed(() => rangeOf(followed.value, width.value, now.value).from);
  const to = useComputed(() => rangeOf(followed.value, width.value, now.value).to);
  const view = useComputed<Range>(() => own.value ?? { from: from.value, to: to.value });
  const period = useComputed(() => readPeriod(zone, followed.value, from.value));
  const settled = useSignal(view.peek());
  const bucket = useComputed(() => bucketFor(view.value, width.value));
  const address = useRef(inAddress(parameters.peek()));

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = view.subscribe((range) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        settled.value = range;
        const { from, to } = own.peek() ?? {};
        const isFollowed = own.peek() === undefined || period.peek() !== undefined;
        const before = address.current;
        const told: ToldRange = {
          range: isFollowed ? followed.peek() : undefined,
          from: from === undefined ? undefined : String(from),
          to: to === undefined ? undefined : String(to),
        };
        address.current = told;
        // A gesture after another one is no step, nor is the range that a page begins with.
        const isFirst = before.range === undefined && before.from === undefined;
        const isGesture = before.from !== undefined && told.from !== undefined;
        setParameters({ ...told }, { isStep: !isFirst && !isGesture });
      }, SETTLED_MS);
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, []);

  useEffect(
    () =>
      parameters.subscribe((next) => {
        // This chart did not set it: it was typed, or is a bookmark or a step back.
        const told = inAddress(next);
        if (isSame(told, address.current)) return;
        address.current = told;
        own.value = ownRange(next);
        followed.value = followedName(next, first);
      }),
    [],
  );

  const name = useComputed(() => (own.value === undefined ? followed.value : undefined));
  return useMemo(
    () => ({
      view,
      settled,
      name,
      period,
      bucket,
      width,
      show: (range) => {
        own.value = range;
      },
      follow(next) {
        followed.value = next;
        own.value = undefined;
      },
      home() {
        if (period.value !== undefined) followed.value = period.value.unit;
        own.value = undefined;
      },
    }),
    [],
  );
}

/** What an address says of the range: its name, and where it begins and ends if it is a custom one or was moved. */
interface ToldRange {
  range: string | undefined;
  from: string | undefined;
  to: string | undefined;
}

function inAddress(said: URLSearchParams): ToldRange {
  const [range, from, to] = ["range", "from", "to"].map((name) => said.get(name) ?? undefined);
  return { range, from, to };
}

function isSame(a: ToldRange, b: ToldRange): boolean {
  return a.range === b.range && a.from === b.from && a.to === b.to;
}

function ownRange(said: URLSearchParams): Range | undefined {
  const range = { from: Number(said.get("from") ?? Number.NaN), to: Number(said.get("to") ?? Number.NaN) };
  return range.from < range.to ? range : undefined;
}

function followedName(said: URLSearchParams, first: string): string {
  const name = said.get("range");
  const isKnown = isRangeName(name) || (name !== null && readPeriod(zone, name, now.peek()) !== undefined);
  return isKnown ? name : first;
}

function rangeOf(name: string, width: number, at: number): Range {
  const period = readPeriod(zone, name, at);
  if (period !== undefined) return period;
  const span = isRangeName(name) ? RANGES[name] : 0;
  return newest(span, bucketFor({ from: 0, to: span }, width), at);
}
