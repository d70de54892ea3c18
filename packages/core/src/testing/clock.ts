import type { Clock } from "../clock.ts";

/** A clock on which every wait passes at once. */
export interface LeapingClock extends Clock {
  /** The waits so far, in milliseconds. */
  waits: number[];
  advance(ms: number): void;
}

export function leapingClock(startsAt = 0): LeapingClock {
  let now = startsAt;
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    async sleep(ms) {
      waits.push(ms);
      now += ms;
    },
    advance(ms) {
      now += ms;
    },
  };
}
