import { EnergyLiveApiError } from "./energylive/errors.ts";

interface Details {
  /** What to do next. */
  advice?: string;
  cause?: unknown;
}

/** An error whose message says what is wrong, and whose advice says what to do about it. */
export abstract class ExplainedError extends Error {
  readonly advice: string | undefined;

  constructor(message: string, { advice, cause }: Details = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.advice = advice;
  }
}

/** The same in one or two lines. */
export function explanation(error: unknown): string {
  const { message, advice } = explain(error);
  return advice === undefined ? message : `${message}\n${advice}`;
}

/** An error as a person is told of it. Never holds a stack trace. */
export interface Explanation {
  message: string;
  advice?: string;
}

const TRY_LATER = "try again in a minute; energylive doctor looks further";

/** What errors of the AWS SDK, of Node and of this project mean to the person who is told of them. */
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

/** What to tell of an error: what is wrong, and what to do about it. */
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
