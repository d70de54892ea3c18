import { type Dead, identityOf, isObject, readEnvelope, readJson, readMessage } from "./evidence.ts";

const DAY_MS = 86_400_000;

/**
 * Whether a dead message really has the reason it states, judged only by its body and by what was served.
 *
 * @param served the values served, by measurement
 */
export function isRightReason(
  { body, reason }: Dead,
  served: ReadonlyMap<string, ReadonlySet<number>>,
): boolean {
  const message = readMessage(body);
  switch (reason) {
    case "invalid_element":
      return isInvalidElement(body);
    case "implausible_time":
      return message !== undefined && message.timestamp > Date.parse(message.collectionTime) + DAY_MS;
    case "conflicting_value": {
      const measurement = message ?? readEnvelope(body);
      return measurement !== undefined && (served.get(identityOf(measurement))?.size ?? 0) > 1;
    }
    case "invalid_json":
      return readJson(body) === undefined;
    case "invalid_message":
      return readJson(body) !== undefined && message === undefined;
    case "unknown_version": {
      const json = readJson(body);
      return isObject(json) && typeof json.v === "number" && json.v > 1;
    }
    // `rejected_by_dynamodb`: no embedded service rejects what the fetcher sends. No reason: SQS moved it there itself,
    // after too many receives, which a temporary failure must never lead to.
    default:
      return false;
  }
}

/** The envelope of an element that is not a measurement. */
function isInvalidElement(body: string): boolean {
  const envelope = readJson(body);
  if (!isObject(envelope) || typeof envelope.device_id !== "string") return false;
  if (typeof envelope.element !== "string") return false;
  if ("element_truncated_from_characters" in envelope) return true;
  return readEnvelope(body) === undefined;
}
