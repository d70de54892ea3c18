/** What a handler uses of Lambda's context. */
export interface Invocation {
  /** Milliseconds until Lambda ends the function. */
  getRemainingTimeInMillis(): number;
}
