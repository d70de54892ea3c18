import { type ReadonlySignal, type Signal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";

import { parameters, setParameters } from "../app/router.ts";
import { now } from "../data/clock.ts";
import { bucketFor, type Range } from "../series/tiles.ts";
import { isRangeName, newest, RANGES, type RangeName } from "./view.ts";

/** A gesture is over after this pause: then data is fetched and the address is updated. */
const SETTLED_MS = 250;

/** What a chart shows: a range up to now, which moves with the clock, or a custom range. */
export interface PlotView {
  view: ReadonlySignal<Range>;
  /** Follows a gesture with a short delay. */
  settled: ReadonlySignal<Range>;
  /** `undefined` for a custom range. */
  name: ReadonlySignal<RangeName | undefined>;
  bucket: ReadonlySignal<number>;
  /** Width of the plot in pixels; the chart sets it. */
  width: Signal<number>;
  show(range: Range): void;
  follow(name: RangeName): void;
  /** Back to now, with the range that was followed last. */
  home(): void;
}

const DEFAULT_RANGE: RangeName = "24h";

/** Used until the plot has a size. */
const GUESSED_WIDTH = 800;

/** @param first what is shown when the address does not say */
export function usePlotView(first?: Range): PlotView {
  const own = useSignal(ownRange(parameters.peek(), first));
  const followed = useSignal<RangeName>(followedRange(parameters.peek()));
  const width = useSignal(GUESSED_WIDTH);
  // Compare the end only: a clock tick within a bucket changes nothing.
  const newestTo = useComputed(() => {
    const span = RANGES[followed.value];
    return newest(span, bucketFor({ from: 0, to: span }, width.value), now.value).to;
  });
  const view = useComputed<Range>(
    () => own.value ?? { from: newestTo.value - RANGES[followed.value], to: newestTo.value },
  );
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
        const told = {
          range: own.peek() === undefined ? followed.peek() : undefined,
          from: from === undefined ? undefined : String(from),
          to: to === undefined ? undefined : String(to),
        };
        address.current = JSON.stringify(told);
        setParameters(told);
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
        if (inAddress(next) === address.current) return;
        address.current = inAddress(next);
        own.value = ownRange(next, first);
        followed.value = followedRange(next);
      }),
    [],
  );

  const name = useComputed(() => (own.value === undefined ? followed.value : undefined));
  return useMemo(
    () => ({
      view,
      settled,
      name,
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
        own.value = undefined;
      },
    }),
    [],
  );
}

/** What an address says of the range. */
function inAddress(said: URLSearchParams): string {
  const [range, from, to] = ["range", "from", "to"].map((name) => said.get(name) ?? undefined);
  return JSON.stringify({ range, from, to });
}

function ownRange(said: URLSearchParams, first: Range | undefined): Range | undefined {
  const range = { from: Number(said.get("from") ?? Number.NaN), to: Number(said.get("to") ?? Number.NaN) };
  if (range.from < range.to) return range;
  return said.has("range") ? undefined : first;
}

function followedRange(from: URLSearchParams): RangeName {
  const name = from.get("range");
  return isRangeName(name) ? name : DEFAULT_RANGE;
}
