import type { MeasurementFault } from "./faults.ts";
import { arrayText, latestText, type Measurement, measurementText } from "./measurement.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Ten times what the stack of a recursive reader holds. */
const DEFAULT_DEPTH = 100_000;

/** A body, with the measurements that a careful reader finds in it. */
export interface FaultyBody {
  text: string;
  valid: readonly Measurement[];
}

/** The body of `measurements` with the fault in it. `occurrence`: how many times the fault has answered before. */
export function faultyBody(
  fault: MeasurementFault,
  measurements: readonly Measurement[],
  occurrence: number,
): FaultyBody {
  switch (fault.kind) {
    case "wrong_types":
      return { text: withWrongTypes(measurements), valid: measurements };
    case "deep_nesting":
      return { text: withDeepNesting(measurements, fault.depth ?? DEFAULT_DEPTH), valid: measurements };
    case "duplicate_elements":
      return body(measurements.flatMap((measurement) => [measurement, measurement]));
    case "conflicting_elements":
      return body(measurements.flatMap((measurement) => [measurement, conflicting(measurement)]));
    case "future_timestamps":
      return body(shifted(measurements, fault.ms ?? HOUR_MS));
    case "backwards_timestamps":
      return body(shifted(measurements, -occurrence * (fault.ms ?? MINUTE_MS)));
    case "jumping_clock":
      return body(shifted(measurements, (occurrence % 2 === 0 ? 1 : -1) * (fault.ms ?? HOUR_MS)));
    case "corrected_values":
      return body(
        measurements.map((measurement) => ({ ...measurement, value: measurement.value + occurrence })),
      );
  }
}

function body(measurements: readonly Measurement[]): FaultyBody {
  return { text: latestText(measurements), valid: measurements };
}

function conflicting(measurement: Measurement): Measurement {
  return { ...measurement, value: measurement.value + 1 };
}

function shifted(measurements: readonly Measurement[], ms: number): Measurement[] {
  return measurements.map((measurement) => ({ ...measurement, timestamp: measurement.timestamp + ms }));
}

/** One element for each way of being invalid, each after a valid one as long as there are any. */
function withWrongTypes(measurements: readonly Measurement[]): string {
  const wrong = WRONG_ELEMENTS.map((element) => JSON.stringify(element));
  const elements: string[] = [];
  for (let index = 0; index < Math.max(wrong.length, measurements.length); index += 1) {
    const measurement = measurements[index];
    if (measurement !== undefined) elements.push(measurementText(measurement));
    elements.push(...wrong.slice(index, index + 1));
  }
  return arrayText(elements);
}

const AN_INSTANT = 1_726_559_995_000;

const WRONG_ELEMENTS: readonly unknown[] = [
  { measurement: "0100010700", timestamp: AN_INSTANT, value: "138.0" },
  { measurement: "0100010700", timestamp: null, value: 138 },
  { measurement: "0100010700", timestamp: AN_INSTANT, value: null },
  { measurement: "0100010700", timestamp: AN_INSTANT, value: true },
  { measurement: "0100010700", timestamp: AN_INSTANT, value: { watts: 138 } },
  { measurement: "0100010700", timestamp: AN_INSTANT, value: [138] },
  { measurement: "0100010700", timestamp: String(AN_INSTANT), value: 138 },
  { measurement: "0100010700", timestamp: AN_INSTANT / 1000, value: 138 },
  { measurement: "0100010700", timestamp: AN_INSTANT + 0.5, value: 138 },
  { measurement: "0100010700", timestamp: -1, value: 138 },
  { measurement: 100_010_700, timestamp: AN_INSTANT, value: 138 },
  { measurement: "", timestamp: AN_INSTANT, value: 138 },
  { measurement: "0100010700", timestamp: AN_INSTANT },
  { measurement: "0100010700", value: 138 },
  { timestamp: AN_INSTANT, value: 138 },
  {},
  [],
  [{ measurement: "0100010700", timestamp: AN_INSTANT, value: 138 }],
  138,
  "0100010700",
  true,
  null,
];

function withDeepNesting(measurements: readonly Measurement[], depth: number): string {
  return arrayText([...measurements.map(measurementText), "[".repeat(depth) + "]".repeat(depth)]);
}
