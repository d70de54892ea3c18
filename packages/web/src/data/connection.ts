import { signal } from "@preact/signals";

import { AnswerError, UnreachableError } from "./client.ts";

/**
 * - `connecting`: the first answer is awaited.
 * - `lost`: the server is gone; the page tries again by itself.
 * - `refused`: the server does not know this browser (any more): the printed address must be opened again.
 */
export type Connection = "connecting" | "open" | "lost" | "refused";

export const connection = signal<Connection>("connecting");

const UNAUTHORISED = 401;

/** Draws the conclusion from a failed request. */
export function noteFailure(error: unknown): void {
  if (error instanceof AnswerError && error.status === UNAUTHORISED) connection.value = "refused";
  else if (error instanceof UnreachableError && connection.value !== "refused") connection.value = "lost";
}
