import fc from "fast-check";

/**
 * How many inputs of each kind are tried, and by which seed. A few with a fixed seed in `npm test`, as many as one likes
 * with `npm run fuzz -- --runs N --seed S`. A failure prints its seed and the smallest input that still fails.
 */
const { FUZZ_RUNS, FUZZ_SEED } = process.env;

const DEFAULT_SEED = 20_240_917;

/** The most inputs that are given to the handlers together: a run costs its round trips, however many it brings. */
export const TOGETHER = 20;

/** How many a run has on average, for fast-check tries short lists more often than long ones. */
const AVERAGE_TOGETHER = 8;

const MS_PER_RUN = 1_000;
const MS_TO_SHRINK = 60_000;

const wanted = Number(FUZZ_RUNS ?? 0);

/** fast-check's parameters of a property that tries lists of inputs; about `inputs` of them in `npm test`. */
export function runsOf(inputs: number): fc.Parameters<unknown> {
  return {
    numRuns: numberOfRuns(inputs),
    seed: Number(FUZZ_SEED ?? DEFAULT_SEED),
    // Shrinking goes through the real handlers. What is smallest so far is reported when the time is over.
    interruptAfterTimeLimit: timeoutMs(inputs) - 5_000,
    markInterruptAsFailure: true,
  };
}

/** For a test with such a property. */
export function timeoutMs(inputs: number): number {
  return MS_TO_SHRINK + numberOfRuns(inputs) * MS_PER_RUN;
}

/** Some inputs of a kind. */
export function together<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(arbitrary, { minLength: 1, maxLength: TOGETHER, size: "max" });
}

function numberOfRuns(inputs: number): number {
  return Math.ceil((wanted > 0 ? wanted : inputs) / AVERAGE_TOGETHER);
}
