import { EnergyLiveApiError } from "@energylive/core/energylive/errors";

interface Details {
  /** What to do next. */
  advice?: string;
  cause?: unknown;
}

/** An error whose message says what is wrong, and whose advice says what to do about it. */
abstract class ExplainedError extends Error {
  readonly advice: string | undefined;

  constructor(message: string, { advice, cause }: Details = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.advice = advice;
  }
}

/** The command was typed wrongly: exit code 2. */
export class UsageError extends ExplainedError {
  override readonly name = "UsageError";
}

/** The command could not do what it was asked: exit code 1. */
export class FailedError extends ExplainedError {
  override readonly name = "FailedError";
}

export const EXIT_DONE = 0;
export const EXIT_FAILED = 1;
export const EXIT_WRONG_USAGE = 2;

/** An error as a person is told of it. Never holds a stack trace. */
export interface Explanation {
  message: string;
  advice?: string;
}

const TRY_LATER = "try again in a minute; energylive doctor looks further";

/** What errors of the AWS SDK, of Node and of this project mean to the person at the terminal. */
const ADVICE: readonly (readonly [names: readonly string[], advice: string])[] = [
  [
    [
      "CredentialsProviderError",
      "UnrecognizedClientException",
      "InvalidClientTokenId",
      "InvalidAccessKeyId",
      "SignatureDoesNotMatch",
      "InvalidSignatureException",
    ],
    "AWS knows no valid credentials here: aws sts get-caller-identity must answer; set AWS_PROFILE or log in",
  ],
  [
    ["ExpiredToken", "ExpiredTokenException", "TokenProviderError"],
    "the AWS session has ended: log in again (aws sso login)",
  ],
  [
    ["RequestExpired", "RequestTimeTooSkewed"],
    "this machine's clock is wrong: AWS refuses requests from five minutes on",
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
    [
      "ThrottlingException",
      "ProvisionedThroughputExceededException",
      "RequestLimitExceeded",
      "TooManyRequestsException",
    ],
    "AWS is busy: try again in a minute",
  ],
  [
    ["KeyUnavailableError"],
    "energylive keys list shows the keys that are there, energylive keys set NAME adds one",
  ],
  [["FolderInUseError"], "wait until the other command has ended, or stop the other stack"],
  [["TimeoutError"], TRY_LATER],
];

const CONNECTION_CODES = new Set(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "ETIMEDOUT", "EAI_AGAIN"]);

const NO_ADVICE = "the same command with --debug shows where it happened";

export function explain(error: unknown): Explanation {
  if (!(error instanceof Error)) return { message: String(error), advice: NO_ADVICE };
  const message = error.message.trim() || error.name;
  if (error instanceof ExplainedError)
    return error.advice === undefined ? { message } : { message, advice: error.advice };
  // What does not pass by itself says in its message what to do.
  if (error instanceof EnergyLiveApiError)
    return error.retryable ? { message, advice: TRY_LATER } : { message };
  // What Ctrl-C at a prompt of @inquirer/prompts throws.
  if (error.name === "ExitPromptError") return { message: "stopped: nothing was changed" };
  if (/region is missing/i.test(message))
    return { message: "no AWS region is set", advice: "set AWS_REGION, for example AWS_REGION=eu-central-1" };
  const [, advice] = ADVICE.find(([names]) => names.includes(error.name)) ?? [];
  if (advice !== undefined) return { message, advice };
  const code = codeOf(error);
  if (code !== undefined && CONNECTION_CODES.has(code))
    return {
      message: `the connection failed (${code})${addressOf(error)}`,
      advice: "is the stack still running, and the network up?",
    };
  return { message, advice: NO_ADVICE };
}

function codeOf(error: Error): string | undefined {
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.cause instanceof Error ? codeOf(error.cause) : undefined;
}

function addressOf(error: Error): string {
  const { address, port } = error as Error & { address?: unknown; port?: unknown };
  return typeof address === "string" ? ` to ${address}${port === undefined ? "" : `:${port}`}` : "";
}
