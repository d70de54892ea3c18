import { createHash, randomBytes } from "node:crypto";
import * as z from "zod";

import type { NamedSecrets } from "../keys/named-secrets.ts";
import { describeProblems } from "../problems.ts";

/** What a program may do: look, or also change. */
export const TOKEN_SCOPES = ["read", "control"] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

/** 256 bits cannot be guessed, so a plain hash is enough to keep. */
const TOKEN_BYTES = 32;

/** Tells a token from other secrets, for people and for programs that look for secrets in files. */
const PREFIX = "elt_";

export const TokenName = z
  .string()
  .regex(
    /^[a-zA-Z0-9._-]{1,50}$/,
    "has other characters than letters, digits, dots, hyphens and underscores",
  );

/** What is kept of a token: never the token. */
export const TokenRecord = z.object({
  /** SHA-256, in hexadecimal digits. */
  hash: z.string().regex(/^[0-9a-f]{64}$/, "is not a hash"),
  scope: z.enum(TOKEN_SCOPES, `is none of ${TOKEN_SCOPES.join(", ")}`),
  /** ISO 8601, UTC. */
  created_at: z.iso.datetime("is not a time"),
});
export type TokenRecord = z.infer<typeof TokenRecord>;

export type ParsedToken = { name: string } & (
  | { token: TokenRecord; problem?: never }
  | { token?: never; problem: string }
);

/** The access tokens of a stage, by their hashes. */
export type TokenStore = NamedSecrets<TokenRecord, ParsedToken>;

export function parseToken(name: string, stored: unknown): ParsedToken {
  const parsed = TokenRecord.safeParse(stored);
  return parsed.success
    ? { name, token: parsed.data }
    : { name, problem: describeProblems(parsed.error).join("; ") };
}

/** A new token, and what is kept of it. */
export function newAccessToken(scope: TokenScope, now: number): { token: string; record: TokenRecord } {
  const token = `${PREFIX}${randomBytes(TOKEN_BYTES).toString("base64url")}`;
  return { token, record: { hash: hashOf(token), scope, created_at: new Date(now).toISOString() } };
}

/**
 * What a token may do; `undefined` if it is not known. Whoever guesses learns nothing from the time that it takes: the hash is
 * compared, not the token.
 */
export function scopeOf(token: string, known: readonly ParsedToken[]): TokenScope | undefined {
  const hash = hashOf(token);
  return known.find((each) => each.token?.hash === hash)?.token?.scope;
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
