/**
 * What can go wrong with a `measurements/latest` request. A fault affects the device it is set for, after key and device
 * were found valid; the other endpoints stay healthy.
 */
export type Fault = ConnectionFault | ReplyFault | MeasurementFault;

/** The right answer, sent wrongly or not at all. */
export type ConnectionFault =
  /** Answers normally after `ms`. */
  | { kind: "latency"; ms: number }
  /** The connection is reset (RST) before the first byte of the answer. */
  | { kind: "connection_reset" }
  /** Accepts and never answers; ends when the client gives up or the simulated API closes. */
  | { kind: "hang" }
  /** Declares the full length of the body, sends half of it, closes. */
  | { kind: "truncated_body" }
  /** The whole answer, with its body spread over `overMs` (default 2,000). */
  | { kind: "slow_body"; overMs?: number };

/** Another answer. */
export type ReplyFault =
  /** `retryAfter`: seconds, a date, or any text, sent as it is. */
  | { kind: "status"; status: number; retryAfter?: number | Date | string }
  | { kind: "redirect"; location: string; status?: 301 | 302 | 303 | 307 | 308 }
  /** 200 with a web page, as from a proxy or a maintenance page. */
  | { kind: "html" }
  /** 200 with a JSON object. */
  | { kind: "not_an_array" }
  /** A valid JSON array of at least `bytes` bytes (default 50 MB), streamed. */
  | { kind: "huge_body"; bytes?: number };

/** The right answer with other elements. */
export type MeasurementFault =
  /** Invalid elements between the valid ones. */
  | { kind: "wrong_types" }
  /** The valid elements, then one of `depth` nested arrays (default 100,000). */
  | { kind: "deep_nesting"; depth?: number }
  | { kind: "duplicate_elements" }
  /** Each element, then one with the same type and timestamp and another value. */
  | { kind: "conflicting_elements" }
  /** All timestamps are `ms` later (default one hour). */
  | { kind: "future_timestamps"; ms?: number }
  /** The first answer's measurements, with timestamps `ms` older at each request (default one minute). */
  | { kind: "backwards_timestamps"; ms?: number }
  /** A clock that jumps: `ms` ahead and behind (default one hour), in turn. */
  | { kind: "jumping_clock"; ms?: number }
  /** The first answer's timestamps, with a value that is one higher at each request. */
  | { kind: "corrected_values" };

/** What a device's next requests meet. */
export interface FaultPlan {
  /** The fault of a request that arrives at `now`, if it has one. */
  next(now: number): PlannedFault | undefined;
}

export interface PlannedFault {
  fault: Fault;
  /** How many requests came before this one. */
  occurrence: number;
  /** When the first of them came, epoch milliseconds. */
  firstAt: number;
}

/**
 * @param faults one fault: for every request. A list: one for each request in order (`undefined`: a healthy one in
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
