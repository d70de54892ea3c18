import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

/** A person mistypes a few times; at this rate a random password of eight letters holds for ages. */
const TRIES = 10;
const WINDOW_SECONDS = 900;

export interface Tries {
  /** Above zero: too many wrong passwords came from this address. */
  secondsToWait: number;
  /** After the right password. */
  forget(): Promise<void>;
}

/** Counts the passwords that an address has tried. */
export function createTries(): (context: Context) => Promise<Tries> {
  const limiter = new RateLimiterMemory({ points: TRIES, duration: WINDOW_SECONDS });
  return async (context) => {
    const address = getConnInfo(context).remote.address ?? "";
    const forget = async () => void (await limiter.delete(address));
    try {
      await limiter.consume(address);
      return { secondsToWait: 0, forget };
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      return { secondsToWait: Math.ceil(refused.msBeforeNext / 1_000), forget };
    }
  };
}
