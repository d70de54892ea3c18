/**
 * Merges streams that are each in order into one that is. Holds one item of each.
 */
export async function* mergeSorted<T>(
  streams: readonly AsyncGenerator<T>[],
  compare: (a: T, b: T) => number,
): AsyncGenerator<T> {
  const heads: { stream: AsyncGenerator<T>; value: T }[] = [];
  const advance = async (stream: AsyncGenerator<T>) => {
    const { done, value } = await stream.next();
    if (done !== true) insert(heads, { stream, value }, compare);
  };
  try {
    await Promise.all(streams.map(advance));
    for (let first = heads.shift(); first !== undefined; first = heads.shift()) {
      yield first.value;
      await advance(first.stream);
    }
  } finally {
    for (const stream of streams) await stream.return(undefined);
  }
}

/** There are a hundred streams at most: a search by halves and a shift of an array are faster than a heap. */
function insert<Head extends { value: T }, T>(
  heads: Head[],
  head: Head,
  compare: (a: T, b: T) => number,
): void {
  let [low, high] = [0, heads.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = heads[middle];
    if (other !== undefined && compare(other.value, head.value) <= 0) low = middle + 1;
    else high = middle;
  }
  heads.splice(low, 0, head);
}
