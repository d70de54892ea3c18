import { inspect } from "node:util";

/** The characters of an HTTP header value: visible ASCII. */
const HEADER_VALUE = /^[\x21-\x7e]+$/;

/** The key that a device names is not available. Says what to do; affects only devices that name it. */
export class KeyUnavailableError extends Error {
  override readonly name = "KeyUnavailableError";
  readonly code = "key_unavailable";
}

/** energyLIVE's keys have 43 characters. A text shorter than this could be part of a value. */
const SHORTEST_SECRET = 8;

/**
 * A key of the energyLIVE API. The value is private, so an object with a key can be logged, serialised or thrown without
 * showing it; only the API client reads it.
 */
export class ApiKey {
  readonly name: string;
  readonly #value: string;

  /** @throws {KeyUnavailableError} for a value that is not a valid header; the message does not contain the value */
  constructor(name: string, value: string) {
    const trimmed = value.trim();
    if (!HEADER_VALUE.test(trimmed)) {
      const problem = trimmed === "" ? "is empty" : "contains characters that a key cannot have";
      throw new KeyUnavailableError(`the key "${name}" ${problem}: set it again`);
    }
    this.name = name;
    this.#value = trimmed;
  }

  /** The value, for the `X-API-KEY` header and nothing else. */
  reveal(): string {
    return this.#value;
  }

  /** `text` with this key replaced wherever it occurs. */
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
