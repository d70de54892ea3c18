import type { Device } from "../device/device.ts";
import { lastPolledAt, standingFailures } from "../device/due.ts";
import type { PollErrorCode } from "../energylive/errors.ts";

/**
 * Failures that an API which is down brings upon every device: no answer, an error of the server, a maintenance page,
 * a redirect to one. Not the others: `forbidden`, `not_found` and `bad_request` are the key's or the device's own, and
 * `rate_limited` asks for fewer requests.
 */
const OUTAGE_CODES: ReadonlySet<string> = new Set<PollErrorCode>([
  "network_error",
  "timeout",
  "server_error",
  "unexpected_status",
  "redirect_refused",
  "invalid_response",
]);

/** Twice the longest rest. What a poll came to that lies further back says nothing about now. */
const RECENT_MS = 2 * 3_600_000;

/**
 * Tells an API that is down from a device that fails by itself, by what the last poll of each device came to: the API
 * is down when it failed for more than half of them. A device that is alone so counts as well while the API is down,
 * for nothing tells the two apart, and an hour's rest would cost an hour's data.
 */
export class ApiHealth {
  #polled = 0;
  #failing = 0;

  /** Takes a device's state into account, at `now` (epoch milliseconds). */
  add(device: Device, now: number): void {
    if (!device.enabled || now - lastPolledAt(device) > RECENT_MS) return;
    this.#polled += 1;
    if (standingFailures(device) > 0 && OUTAGE_CODES.has(device.state.last_error?.code ?? ""))
      this.#failing += 1;
  }

  /** Whether a failure of this code is the API's as a whole. */
  isOutage(code: string): boolean {
    return OUTAGE_CODES.has(code) && 2 * this.#failing > this.#polled;
  }
}
