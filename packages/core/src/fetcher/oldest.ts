import type { Device } from "../device/device.ts";
import { lastPolledAt } from "../device/due.ts";

/** Enough for what one run can poll, and little memory (about 2 KB each). */
const MAX_DEVICES = 10_000;

/**
 * For what their watermarks take, in bytes: a healthy device has about 1 KB, but what an API answers decides how many
 * there are and how long their names, up to a hundred times as much.
 */
const MAX_WATERMARK_BYTES = 16 * 1024 * 1024;

/** Of an entry, beside its name. */
const ENTRY_BYTES = 50;

/** Of the devices that are added, those polled longest ago, as many as may be held at one time. */
export class OldestDevices {
  #devices: Device[] = [];
  #bytes = 0;

  add(device: Device): void {
    this.#devices.push(device);
    this.#bytes += watermarkBytes(device);
    // Not at every device, for each time costs a sort.
    if (this.#devices.length >= 2 * MAX_DEVICES || this.#bytes >= 2 * MAX_WATERMARK_BYTES) this.#trim();
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
      const bytes = watermarkBytes(device);
      if (held > 0 && this.#bytes + bytes > MAX_WATERMARK_BYTES) break;
      this.#bytes += bytes;
      held += 1;
    }
    this.#devices.length = held;
  }
}

function watermarkBytes({ state }: Device): number {
  let bytes = 0;
  for (const type of Object.keys(state.watermarks)) bytes += type.length + ENTRY_BYTES;
  return bytes;
}
