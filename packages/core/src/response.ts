/** A body is larger than what is read of it: a hostile or broken server must not fill the memory. */
export class ResponseTooLargeError extends Error {
  override readonly name = "ResponseTooLargeError";
}

/** @throws {ResponseTooLargeError} */
export async function readText(body: Response["body"], mostBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new ResponseTooLargeError(`larger than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** What went wrong with a connection. `fetch` wraps the real error, and a host with several addresses has one error for each. */
export function failureReason(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(failureReason).join("; ");
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : failureReason(error.cause);
}
