import type { LiveEvent } from "../contract.ts";

/** A page that is connected. */
export interface Subscriber {
  /** Only measurements of these devices; absent: of all. */
  devices?: ReadonlySet<string>;
  tell(event: LiveEvent): void;
}

/** Passes events to the connected pages. */
export class EventHub {
  readonly #subscribers = new Set<Subscriber>();
  readonly #onWatched: (isWatched: boolean) => void;

  /** @param onWatched called when the first page connects (`true`) and when the last one leaves (`false`) */
  constructor(onWatched: (isWatched: boolean) => void) {
    this.#onWatched = onWatched;
  }

  /** @returns stops it */
  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    if (this.#subscribers.size === 1) this.#onWatched(true);
    return () => {
      if (this.#subscribers.delete(subscriber) && this.#subscribers.size === 0) this.#onWatched(false);
    };
  }

  /** Whether a page wants the measurements of a device. */
  isWanted(deviceId: string): boolean {
    return [...this.#subscribers].some((subscriber) => wants(subscriber, deviceId));
  }

  send(event: LiveEvent): void {
    for (const subscriber of this.#subscribers)
      if (!("device_id" in event) || wants(subscriber, event.device_id)) subscriber.tell(event);
  }
}

function wants({ devices }: Subscriber, deviceId: string): boolean {
  return devices === undefined || devices.has(deviceId);
}
