/**
 * What an error of DynamoDB says about the items it was for. Whatever is not plainly the item's own fault is temporary:
 * sent back, a message can wait for days; quarantined for nothing, it needs a person.
 */

const THROTTLES = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
  "LimitExceededException",
]);

/**
 * ValidationExceptions that come from the table and not from the item: a table with other keys than ours rejects every
 * item until it is mended. Matched by DynamoDB's own words, for it has no finer code; AWS's DynamoDB Local has others.
 */
const TABLE_FAULTS = [
  /key element does not match the schema/i,
  /type mismatch for key/i,
  /required keys was not given a value/i,
  /index key/i,
  /table/i,
];

/** The item itself can never be stored. */
export function isRejection(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== "ValidationException") return false;
  return !TABLE_FAULTS.some((fault) => fault.test(error.message));
}

export function isThrottle(error: unknown): boolean {
  return error instanceof Error && THROTTLES.has(error.name);
}

/** Worth another attempt in a moment: the service or the network failed, not the request. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const status = "$metadata" in error ? statusOf(error.$metadata) : undefined;
  return status === undefined || status >= 500;
}

function statusOf(metadata: unknown): number | undefined {
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return undefined;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}
