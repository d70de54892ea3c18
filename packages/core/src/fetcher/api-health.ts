import type { Device } from "../device/device.ts";
import { lastPolledAt, standingFailures } from "../device/due.ts";
import type { PollErrorCode } from "../energylive/errors.ts";

/**
 * Failures that every device has when the API is down: no answer, a server error, a maintenance page, a redirect to one.
 * `forbidden`, `not_found` and `bad_request` belong to a key or a device, and `rate_limited` asks for fewer requests.
 */
const OUTAGE_CODES: ReadonlySet<string> = new Set<PollErrorCode>([
  "network_error",
  "timeout",
  "server_error",
  "unexpected_status",
  "redirect_refused",
  "invalid_response",
]);

/** Twice the longest rest. An older poll says nothing about now. */
const RECENT_MS = 2 * 3_600_000;

/**
 * Tells an API that is down from a device that fails on its own, by the last poll of each device: the API is down if that
 * failed for more than half of them. During such an outage a device that would fail on its own counts as part of it: the
 * two look the same, and an hour's rest would cost an hour of data.
 */
export class ApiHealth {
  #polled = 0;
  #failing = 0;

  /** Includes a device's state as of `now` (epoch milliseconds). */
  add(device: Device, now: number): void {
    if (!device.enabled || now - lastPolledAt(device) > RECENT_MS) return;
    this.#polled += 1;
    if (standingFailures(device) > 0 && OUTAGE_CODES.has(device.state.last_error?.code ?? ""))
      this.#failing += 1;
  }

  /** Whether a failure with this code is the whole API's. */
  isOutage(code: string): boolean {
    return OUTAGE_CODES.has(code) && 2 * this.#failing > this.#polled;
  }
}
