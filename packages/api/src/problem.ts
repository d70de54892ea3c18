import { stripVTControlCharacters } from "node:util";

import { explanation } from "@energylive/core/explain";
import { describeError, type Log } from "@energylive/core/log";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

import type { ApiProblem } from "./contract.ts";

/** The request cannot be answered, and the page can do something about it. */
export class RequestProblem extends Error {
  override readonly name = "RequestProblem";
  readonly status: ContentfulStatusCode;

  constructor(status: ContentfulStatusCode, message: string) {
    super(message);
    this.status = status;
  }
}

export function problem(context: Context, status: ContentfulStatusCode, error: string): Response {
  return context.json({ error } satisfies ApiProblem, status);
}

/** What a request is answered whose handler threw: what is wrong and what to do, never where in the code. */
export function answerError(log: Log): (error: Error, context: Context) => Response {
  return (error, context) => {
    if (error instanceof RequestProblem) return problem(context, error.status, error.message);
    log.error({ event: "dashboard_request_failed", path: context.req.path, error: describeError(error) });
    // What builds the page colours its errors, for a terminal.
    return problem(context, 502, stripVTControlCharacters(explanation(error)));
  };
}
