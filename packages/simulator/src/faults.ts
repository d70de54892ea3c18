/**
 * What can go wrong with a `measurements/latest` request. A fault concerns the device it is set for, and only after
 * the key and the device were found good: the other endpoints stay healthy.
 */
export type Fault = ConnectionFault | ReplyFault | MeasurementFault;

/** The right answer, in a wrong way or not at all. */
export type ConnectionFault =
  /** Answers normally after `ms`. */
  | { kind: "latency"; ms: number }
  /** The connection is reset (RST) before a byte of the answer. */
  | { kind: "connection_reset" }
  /** Accepts and never answers; ends when the client gives up or the simulated API closes. */
  | { kind: "hang" }
  /** Declares the whole body's length, sends half of it, closes. */
  | { kind: "truncated_body" }
  /** The whole answer, its body spread over `overMs` (default 2,000). */
  | { kind: "slow_body"; overMs?: number };

/** Another answer. */
export type ReplyFault =
  /** `retryAfter`: seconds, a date, or a text that is sent as it stands. */
  | { kind: "status"; status: number; retryAfter?: number | Date | string }
  | { kind: "redirect"; location: string; status?: 301 | 302 | 303 | 307 | 308 }
  /** 200 with a web page, as a proxy or a maintenance page does. */
  | { kind: "html" }
  /** 200 with a JSON object. */
  | { kind: "not_an_array" }
  /** A valid JSON array of at least `bytes` bytes (default 50 MB), streamed. */
  | { kind: "huge_body"; bytes?: number };

/** The right answer with other elements. */
export type MeasurementFault =
  /** Elements that are no measurements, between the valid ones. */
  | { kind: "wrong_types" }
  /** The valid ones, then an element of `depth` nested arrays (default 100,000). */
  | { kind: "deep_nesting"; depth?: number }
  | { kind: "duplicate_elements" }
  /** Each element, then one of its type and timestamp with another value. */
  | { kind: "conflicting_elements" }
  /** All timestamps are `ms` later (default one hour). */
  | { kind: "future_timestamps"; ms?: number }
  /** The first answer's measurements, with timestamps that are another `ms` older at each request (default one minute). */
  | { kind: "backwards_timestamps"; ms?: number };

/** What a device's next requests meet. */
export interface FaultPlan {
  /** The fault of the request that has come at `now`, if it meets one. */
  next(now: number): PlannedFault | undefined;
}

export interface PlannedFault {
  fault: Fault;
  /** How many requests met the plan before this one. */
  occurrence: number;
  /** When the first of them came, epoch milliseconds. */
  firstAt: number;
}

/**
 * @param faults one fault: every request meets it. A list: one for each request in order (`undefined`: a healthy one in
 *   between), then healthy.
 */
export function faultPlan(faults: Fault | readonly (Fault | undefined)[]): FaultPlan {
  let requests = 0;
  let firstAt: number | undefined;
  return {
    next(now) {
      const occurrence = requests;
      requests += 1;
      firstAt ??= now;
      const fault = isList(faults) ? faults[occurrence] : faults;
      return fault === undefined ? undefined : { fault, occurrence, firstAt };
    },
  };
}

/** `Array.isArray` does not narrow a readonly array. */
function isList(faults: Fault | readonly (Fault | undefined)[]): faults is readonly (Fault | undefined)[] {
  return Array.isArray(faults);
}
