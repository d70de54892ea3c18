import { inspect } from "node:util";

/** What an HTTP header carries: visible ASCII. */
const HEADER_VALUE = /^[\x21-\x7e]+$/;

/** A key that a device names cannot be had. Says what to do; concerns only the devices that name it. */
export class KeyUnavailableError extends Error {
  override readonly name = "KeyUnavailableError";
  readonly code = "key_unavailable";
}

/** energyLIVE's keys have 43 characters; a shorter text than this could be part of a value. */
const SHORTEST_SECRET = 8;

/**
 * A key of the energyLIVE API. The value is private, so that an object that holds a key can be logged, serialised or
 * thrown without showing it; only the API client asks for it.
 */
export class ApiKey {
  readonly name: string;
  readonly #value: string;

  /** @throws {KeyUnavailableError} for a value that no header can carry; the message does not hold it. */
  constructor(name: string, value: string) {
    const trimmed = value.trim();
    if (!HEADER_VALUE.test(trimmed)) {
      const problem = trimmed === "" ? "is empty" : "holds characters that a key cannot have";
      throw new KeyUnavailableError(`the key "${name}" ${problem}: set it again`);
    }
    this.name = name;
    this.#value = trimmed;
  }

  /** The value, for the `X-API-KEY` header and nothing else. */
  reveal(): string {
    return this.#value;
  }

  /** `text` without this key, where it stands in it. */
  redact(text: string): string {
    return this.#value.length < SHORTEST_SECRET ? text : text.replaceAll(this.#value, this.toJSON());
  }

  toJSON(): string {
    return `[key ${this.name}]`;
  }

  [inspect.custom](): string {
    return this.toJSON();
  }
}
