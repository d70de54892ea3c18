import { createHousehold, type Household } from "./household.ts";
import type { Measurement } from "./measurement.ts";
import { between, derive, mix } from "./random.ts";

/** What one device sends, by simulated time. */
export interface Sender {
  measurementTypes: readonly string[];
  /** The last value of each type at `now` (epoch milliseconds), none later. */
  latest(now: number): Measurement[];
}

/** An interface's values are up to this many steps old, depending on the type, so types have different timestamps. */
const MAX_LAG_STEPS = 4;

/** Reactive energy of a household's motors and of its power supplies' capacitors, as shares of active energy. */
const MAX_REACTIVE_SHARE = 0.25;

/** The meter of the `number`-th household, as its interface reads it. */
export function createMeter(seed: number, number: number): Sender & Pick<Household, "quarterHours"> {
  const household = createHousehold(seed, number);
  const own = mix(derive(seed, "meter"), number);
  const lagMs = (1 + (mix(own, 0) % MAX_LAG_STEPS)) * household.stepMs;
  const inductiveShare = between(own, 1, 0.05, MAX_REACTIVE_SHARE);
  const capacitiveShare = between(own, 2, 0.05, MAX_REACTIVE_SHARE);

  function readingAt(instant: number) {
    return household.readingAt(Math.floor(instant / household.stepMs) * household.stepMs);
  }

  return {
    quarterHours: household.quarterHours,
    measurementTypes: ["0100010700", "0100010800", "0100020700", "0100020800", "0100030800", "0100040800"],
    latest(now) {
      const drawn = readingAt(now);
      const fedIn = readingAt(now - lagMs);
      const capacitiveVarh = (drawn.drawnWh + drawn.fedInWh) * capacitiveShare;
      return [
        { measurement: "0100010700", timestamp: drawn.at, value: Math.round(drawn.drawnW) },
        { measurement: "0100010800", timestamp: drawn.at, value: Math.round(drawn.drawnWh) },
        { measurement: "0100020700", timestamp: fedIn.at, value: Math.round(fedIn.fedInW) },
        { measurement: "0100020800", timestamp: fedIn.at, value: Math.round(fedIn.fedInWh) },
        { measurement: "0100030800", timestamp: drawn.at, value: Math.round(drawn.drawnWh * inductiveShare) },
        { measurement: "0100040800", timestamp: drawn.at, value: Math.round(capacitiveVarh) },
      ];
    },
  };
}
