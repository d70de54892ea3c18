import { stripVTControlCharacters } from "node:util";

/**
 * What went wrong, as a code with its facts; the text catalogues have words for each code in every language. `said` is the
 * service's or library's own wording.
 */
export type Failure =
  | { code: SaidFailureCode; said: string }
  | { code: "no_region" }
  | { code: "connection_failed"; error: string; address?: string };

type SaidFailureCode =
  | "aws_credentials"
  | "aws_session_expired"
  | "clock_skew"
  | "access_denied"
  | "not_deployed"
  | "busy"
  | "timeout"
  | "key_unavailable"
  | "folder_in_use"
  | "unexpected";

/** Classifies an error of the AWS SDK, Node or this project. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { code: "unexpected", said: String(error) };
  // Tools colour their errors for terminals.
  const said = stripVTControlCharacters(error.message.trim()) || error.name;
  if (/region is missing/i.test(said)) return { code: "no_region" };
  const code = CODES.get(error.name);
  if (code !== undefined) return { code, said };
  const connectionError = connectionErrorOf(error);
  if (connectionError === undefined) return { code: "unexpected", said };
  const address = addressOf(error);
  return { code: "connection_failed", error: connectionError, ...(address === undefined ? {} : { address }) };
}

/** By error name, because AWS's services use different ones. */
const CODES = new Map<string, SaidFailureCode>([
  ["CredentialsProviderError", "aws_credentials"],
  ["UnrecognizedClientException", "aws_credentials"],
  ["InvalidClientTokenId", "aws_credentials"],
  ["InvalidAccessKeyId", "aws_credentials"],
  ["SignatureDoesNotMatch", "aws_credentials"],
  ["InvalidSignatureException", "aws_credentials"],
  ["ExpiredToken", "aws_session_expired"],
  ["ExpiredTokenException", "aws_session_expired"],
  ["TokenProviderError", "aws_session_expired"],
  ["RequestExpired", "clock_skew"],
  ["RequestTimeTooSkewed", "clock_skew"],
  ["AccessDenied", "access_denied"],
  ["AccessDeniedException", "access_denied"],
  ["AuthorizationError", "access_denied"],
  ["ResourceNotFoundException", "not_deployed"],
  ["QueueDoesNotExist", "not_deployed"],
  ["AWS.SimpleQueueService.NonExistentQueue", "not_deployed"],
  ["ThrottlingException", "busy"],
  ["ProvisionedThroughputExceededException", "busy"],
  ["RequestLimitExceeded", "busy"],
  ["TooManyRequestsException", "busy"],
  ["TimeoutError", "timeout"],
  ["KeyUnavailableError", "key_unavailable"],
  ["FolderInUseError", "folder_in_use"],
]);

const CONNECTION_ERRORS = new Set(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "ETIMEDOUT", "EAI_AGAIN"]);

function connectionErrorOf(error: Error): string | undefined {
  if ("code" in error && typeof error.code === "string")
    return CONNECTION_ERRORS.has(error.code) ? error.code : undefined;
  return error.cause instanceof Error ? connectionErrorOf(error.cause) : undefined;
}

/** `127.0.0.1:8000`, if Node gives it. */
function addressOf(error: Error): string | undefined {
  if (!("address" in error) || typeof error.address !== "string") return undefined;
  return "port" in error && typeof error.port === "number" ? `${error.address}:${error.port}` : error.address;
}
