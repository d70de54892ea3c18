import type { Readable } from "node:stream";

import type { HttpResponse } from "@smithy/types";

/** An answer other than 200, in the terms of the SDK's service exceptions. */
export interface ServiceAnswer {
  name: string;
  message: string;
  $fault: "client" | "server";
  $metadata: { httpStatusCode: number; requestId?: string };
}

/** What an answer other than 200 says, whether the service gave it or a proxy on the way. */
export function serviceAnswer(response: HttpResponse, body: string): ServiceAnswer {
  const { type, message } = errorOf(body);
  return {
    name: type,
    message: message ?? `${type} (status ${response.statusCode})`,
    $fault: response.statusCode < 500 ? "client" : "server",
    $metadata: metadataOf(response),
  };
}

export function metadataOf({ statusCode, headers }: HttpResponse): ServiceAnswer["$metadata"] {
  const requestId = headers["x-amzn-requestid"];
  return { httpStatusCode: statusCode, ...(requestId === undefined ? {} : { requestId }) };
}

/**
 * The whole body. Read by its events: an answer is one chunk, nearly always.
 *
 * @throws {Error} when the connection ends before the body does
 */
export function textOf(body: Readable | Uint8Array | undefined): Promise<string> {
  if (body === undefined || body instanceof Uint8Array)
    return Promise.resolve(Buffer.from(body ?? []).toString());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    body.on("data", (chunk: Buffer) => chunks.push(chunk));
    body.on("end", () => resolve(Buffer.concat(chunks).toString()));
    body.on("error", reject);
    // A connection that ends in the middle of the body may do so without an error.
    body.on("close", () => reject(new Error("the connection was closed before the answer had ended")));
  });
}

/** `{"__type":"com.amazonaws.dynamodb.v20120810#ValidationException","message":"…"}` */
function errorOf(body: string): { type: string; message: string | undefined } {
  let answer: { __type?: unknown; message?: unknown; Message?: unknown } = {};
  try {
    answer = JSON.parse(body) ?? {};
  } catch {
    // A proxy on the way answered, and not the service.
  }
  const type = String(answer.__type ?? "UnknownError");
  const message = answer.message ?? answer.Message;
  return {
    type: type.slice(type.indexOf("#") + 1),
    message: typeof message === "string" ? message : undefined,
  };
}
