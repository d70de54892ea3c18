import { type ParsedToken, scopeOf, type TokenScope } from "@energylive/core/access/token";
import type { Clock } from "@energylive/core/clock";

/** A revoked token is let in no longer than this. */
const FRESH_MS = 30_000;

/** What the token of a request may do; `undefined` if it is not known. Errors of the store pass through. */
export type TokenCheck = (token: string) => Promise<TokenScope | undefined>;

/** Reads the tokens once for all requests of about the same time; an unknown token is looked for again at once, but not more than once a second. */
export function createTokenCheck(list: () => Promise<readonly ParsedToken[]>, clock: Clock): TokenCheck {
  let known: { at: number; tokens: Promise<readonly ParsedToken[]> } | undefined;

  function read(age: number): Promise<readonly ParsedToken[]> {
    if (known === undefined || clock.now() - known.at > age) {
      const reading = { at: clock.now(), tokens: list() };
      known = reading;
      reading.tokens.catch(() => {
        if (known === reading) known = undefined;
      });
    }
    return known.tokens;
  }

  return async (token) => scopeOf(token, await read(FRESH_MS)) ?? scopeOf(token, await read(NEW_TOKEN_MS));
}

/** A token that was just made works at once, and whoever guesses causes no more reads than this. */
const NEW_TOKEN_MS = 1_000;
