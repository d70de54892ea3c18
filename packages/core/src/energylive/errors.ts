/** Stable codes of what can go wrong in a poll. They appear in `state.last_error`, in logs and on pages. */
export type PollErrorCode =
  | "forbidden"
  | "not_found"
  | "bad_request"
  | "rate_limited"
  | "server_error"
  | "unexpected_status"
  | "redirect_refused"
  | "network_error"
  | "timeout"
  | "response_too_large"
  | "invalid_response";

/** The energyLIVE API did not answer as expected. The message says which request, what came back and what to do. */
export class EnergyLiveApiError extends Error {
  override readonly name = "EnergyLiveApiError";
  readonly code: PollErrorCode;
  /** Whether the same request may soon succeed. */
  readonly retryable: boolean;
  /** How long the API asked to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: PollErrorCode,
    message: string,
    options: { retryable?: boolean; retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The run ended before the request's turn. The API was not asked, so this is not a failure of the device. */
export class OutOfTimeError extends Error {
  override readonly name = "OutOfTimeError";
}

/** The error for a status other than 200, as the API documents it or HTTP defines it. */
export function statusError(
  path: string,
  status: number,
  keyName: string,
  retryAfterMs: number | undefined,
): EnergyLiveApiError {
  const said = `energyLIVE answered ${status} to ${path}`;
  if (status >= 300 && status < 400) {
    return new EnergyLiveApiError(
      "redirect_refused",
      `${said}: redirects are refused, because the key must not go anywhere else; check ENERGYLIVE_API_URL`,
    );
  }
  if (status === 401 || status === 403) {
    return new EnergyLiveApiError(
      "forbidden",
      `${said}: the key "${keyName}" is unknown or revoked, or may not read this device; check it in the customer portal`,
    );
  }
  if (status === 404) {
    return new EnergyLiveApiError(
      "not_found",
      `${said}: the key "${keyName}" has no such device; compare the id with the customer portal`,
    );
  }
  if (status === 429) {
    return new EnergyLiveApiError("rate_limited", `${said}: too many requests`, {
      retryable: true,
      retryAfterMs,
    });
  }
  if (status >= 500) {
    return new EnergyLiveApiError("server_error", said, { retryable: true, retryAfterMs });
  }
  return new EnergyLiveApiError(status === 400 ? "bad_request" : "unexpected_status", said);
}
