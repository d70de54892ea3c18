/**
 * A later version of the Python collector moved the times of a response apart, so that its key did not let types overwrite each other: the
 * element at place i got i × 100 ms. The energyLIVE API gives whole seconds, so the place shows in the time.
 */

const STEP_MS = 100;
const SECOND_MS = 1_000;

/** Places whose step reaches into the next second begin here. */
const PLACES_PER_SECOND = SECOND_MS / STEP_MS;

/** One run of the collector takes no longer, and the next one begins later. */
const COLLECTION_MS = 5_000;

export interface Collected {
  /** Epoch milliseconds. */
  timestamp: number;
  /** Epoch milliseconds: when the collector received it. */
  collected: number;
}

/**
 * Takes the steps out of the times of one device's items, in place.
 *
 * @returns how many collections were restored, and how many times changed
 */
export function restoreTimes(items: readonly Collected[]): { collections: number; times: number } {
  const collections = collectionsOf(items);
  const mostPlaces = collections.reduce((most, { length }) => Math.max(most, length), 0);
  const restored = { collections: 0, times: 0 };
  for (const collection of collections) {
    const times = trueTimes(
      collection.map(({ timestamp }) => timestamp),
      mostPlaces,
    );
    if (times === undefined) continue;
    restored.collections += 1;
    collection.forEach((item, index) => {
      const time = times[index] ?? item.timestamp;
      if (time !== item.timestamp) restored.times += 1;
      item.timestamp = time;
    });
  }
  return restored;
}

/** The items of each run of the collector, which may have written down the time of each item. */
function collectionsOf(items: readonly Collected[]): Collected[][] {
  const collections: Collected[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const item of items.toSorted((a, b) => a.collected - b.collected)) {
    if (item.collected - last > COLLECTION_MS) collections.push([]);
    collections.at(-1)?.push(item);
    last = item.collected;
  }
  return collections;
}

/**
 * The true times of a collection; `undefined` if its times have no steps.
 *
 * @param mostPlaces as many elements as the device's responses have
 */
function trueTimes(times: readonly number[], mostPlaces: number): number[] | undefined {
  if (times.length < 2) return undefined;
  return timesOfWholeSeconds(times, mostPlaces) ?? timesOfRun(times);
}

/** Each place is taken by one element at most; later polls have taken some of them away. */
function timesOfWholeSeconds(times: readonly number[], mostPlaces: number): number[] | undefined {
  if (times.some((time) => time % STEP_MS !== 0) || times.every((time) => time % SECOND_MS === 0))
    return undefined;
  const placed = times.map((time) => ({ time, place: (time % SECOND_MS) / STEP_MS }));
  const taken = new Set<number>();
  const seconds = new Set<number>();
  // Those whose place can only be one say which times there are.
  const first = placed.filter(({ place }) => place + PLACES_PER_SECOND >= mostPlaces);
  for (const { time, place } of first) {
    if (taken.has(place)) return undefined;
    taken.add(place);
    seconds.add(time - place * STEP_MS);
  }
  const restored = new Map(first.map(({ time, place }) => [time, time - place * STEP_MS]));
  for (const { time, place } of placed.filter((one) => !first.includes(one)).sort(byTime)) {
    const places = placesFrom(place, mostPlaces).filter((one) => !taken.has(one));
    const known = places.find((one) => seconds.has(time - one * STEP_MS)) ?? places[0];
    if (known === undefined) return undefined;
    taken.add(known);
    seconds.add(time - known * STEP_MS);
    restored.set(time, time - known * STEP_MS);
  }
  return times.map((time) => restored.get(time) ?? time);
}

function placesFrom(place: number, mostPlaces: number): number[] {
  const places: number[] = [];
  for (let one = place; one < mostPlaces; one += PLACES_PER_SECOND) places.push(one);
  return places;
}

function byTime(a: { time: number }, b: { time: number }): number {
  return a.time - b.time;
}

/** Times that are no whole seconds: only one run without a gap can be told from chance. */
function timesOfRun(times: readonly number[]): number[] | undefined {
  const first = Math.min(...times);
  const places = new Set(times.map((time) => (time - first) / STEP_MS));
  const isRun = places.size === times.length && [...places].every((place) => Number.isInteger(place));
  return isRun && Math.max(...places) === times.length - 1 ? times.map(() => first) : undefined;
}
