/** What errors of the AWS SDK and of Node mean to the person who reads them. */
const ADVICE: readonly (readonly [names: readonly string[], advice: string])[] = [
  [
    ["CredentialsProviderError", "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId"],
    "AWS knows no valid credentials here: aws sts get-caller-identity must answer; set AWS_PROFILE or log in",
  ],
  [
    ["ExpiredToken", "ExpiredTokenException", "TokenProviderError"],
    "the AWS session has ended: log in again (aws sso login)",
  ],
  [
    ["AccessDenied", "AccessDeniedException", "AuthorizationError"],
    "these AWS credentials may not do that: use ones with the permission that is named",
  ],
  [
    ["ResourceNotFoundException", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"],
    "is the stage deployed in this account and region? npx sst deploy --stage NAME deploys it; AWS_REGION chooses the region",
  ],
  [
    ["ThrottlingException", "ProvisionedThroughputExceededException", "TooManyRequestsException"],
    "AWS is busy: try again in a minute",
  ],
];

const CONNECTION_CODES = new Set(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "ETIMEDOUT", "EAI_AGAIN"]);

/** An error in one or two lines, the second of which says what to do. Never holds a stack trace. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const what = error.message.trim() || error.name;
  if (/region is missing/i.test(what))
    return "no AWS region is set: set AWS_REGION, for example AWS_REGION=eu-central-1";
  const [, advice] = ADVICE.find(([names]) => names.includes(error.name)) ?? [];
  if (advice !== undefined) return `${what}\n${advice}`;
  const code = codeOf(error);
  if (code !== undefined && CONNECTION_CODES.has(code))
    return `the connection failed (${code})${addressOf(error)}: is the stack still running, and the network up?`;
  return what;
}

function codeOf(error: Error): string | undefined {
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.cause instanceof Error ? codeOf(error.cause) : undefined;
}

function addressOf(error: Error): string {
  const { address, port } = error as Error & { address?: unknown; port?: unknown };
  return typeof address === "string" ? ` to ${address}${port === undefined ? "" : `:${port}`}` : "";
}
