/**
 * Interprets a DynamoDB error for the items it concerns. Unless an error is clearly the item's own fault, it counts as
 * temporary: a returned message can wait for days, a wrongly quarantined one needs a person.
 */

const THROTTLES = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
  "LimitExceededException",
]);

/**
 * ValidationExceptions caused by the table, not by an item: a table with other keys than ours rejects every item until it
 * is fixed. DynamoDB has no finer error code, so this matches its wording; DynamoDB Local words it differently.
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

/** Worth another attempt soon: the service or the network failed, not the request. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const status = "$metadata" in error ? statusOf(error.$metadata) : undefined;
  return status === undefined || status >= 500;
}

function statusOf(metadata: unknown): number | undefined {
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return undefined;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}
