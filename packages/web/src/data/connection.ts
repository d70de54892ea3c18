import { signal } from "@preact/signals";

import { AnswerError, UnreachableError } from "./client.ts";

/**
 * - `connecting`: waiting for the first answer.
 * - `lost`: the server is gone; the page keeps trying.
 * - `refused`: this browser is not signed in: open the printed address again.
 */
export type Connection = "connecting" | "open" | "lost" | "refused";

export const connection = signal<Connection>("connecting");

const UNAUTHORISED = 401;

/** Updates the state after a failed request. */
export function noteFailure(error: unknown): void {
  if (error instanceof AnswerError && error.status === UNAUTHORISED) connection.value = "refused";
  else if (error instanceof UnreachableError && connection.value !== "refused") connection.value = "lost";
}
