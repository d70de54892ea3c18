import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import type * as z from "zod";

import { badRequest, problem } from "./problem.ts";
import { parse } from "./query.ts";

/** For requests with a body: it may have so many bytes. */
export function limited(bytes: number) {
  return bodyLimit({
    maxSize: bytes,
    onError: (context) => problem(context, 413, { code: "bad_request", said: "the body is too long" }),
  });
}

/**
 * Parses the JSON body of a request.
 *
 * @throws {RequestProblem} that names what is missing or malformed
 */
export async function parseBody<T>(context: Context, schema: z.ZodType<T>): Promise<T> {
  let body: unknown;
  try {
    body = await context.req.json();
  } catch {
    throw badRequest("the body is not JSON");
  }
  return parse(schema, body);
}
