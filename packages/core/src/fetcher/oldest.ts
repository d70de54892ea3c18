import type { Device } from "../device/device.ts";
import { lastPolledAt } from "../device/due.ts";

/** Enough for one run, and little memory (about 2 KB each). */
const MAX_DEVICES = 10_000;

/**
 * Limit for what they have sent before (`state.seen`), in bytes. A healthy device has about 1 KB, but the API's answers decide their number and the
 * length of their names: up to a hundred times as much.
 */
const MAX_SEEN_BYTES = 16 * 1024 * 1024;

/** Of a sighting, and of a type in addition to its name. */
const ENTRY_BYTES = 50;

/** Of the devices that are added, keeps those polled longest ago, up to a limit. */
export class OldestDevices {
  #devices: Device[] = [];
  #bytes = 0;

  add(device: Device): void {
    this.#devices.push(device);
    this.#bytes += seenBytes(device);
    // Not for every device, because each time costs a sort.
    if (this.#devices.length >= 2 * MAX_DEVICES || this.#bytes >= 2 * MAX_SEEN_BYTES) this.#trim();
  }

  /** Oldest first. */
  take(): Device[] {
    this.#trim();
    return this.#devices;
  }

  #trim(): void {
    this.#devices.sort((a, b) => lastPolledAt(a) - lastPolledAt(b));
    this.#bytes = 0;
    let held = 0;
    for (const device of this.#devices.slice(0, MAX_DEVICES)) {
      const bytes = seenBytes(device);
      if (held > 0 && this.#bytes + bytes > MAX_SEEN_BYTES) break;
      this.#bytes += bytes;
      held += 1;
    }
    this.#devices.length = held;
  }
}

function seenBytes({ state }: Device): number {
  let bytes = 0;
  for (const [type, sightings] of state.seen) bytes += type.length + (1 + sightings.length) * ENTRY_BYTES;
  return bytes;
}
