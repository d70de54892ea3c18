import { failureOf } from "@energylive/core/failure";
import type { Log } from "@energylive/core/log";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

import type { ApiProblem, Refusal } from "./contract.ts";

/** The request cannot be answered. */
export class RequestProblem extends Error {
  override readonly name = "RequestProblem";
  readonly status: ContentfulStatusCode;
  readonly refusal: Refusal;

  constructor(status: ContentfulStatusCode, refusal: Refusal) {
    super(refusal.code);
    this.status = status;
    this.refusal = refusal;
  }
}

/** @param said what is missing or malformed, for the author of the program that asks */
export function badRequest(said: string): RequestProblem {
  return new RequestProblem(400, { code: "bad_request", said });
}

export function problem(context: Context, status: ContentfulStatusCode, answer: ApiProblem): Response {
  return context.json(answer, status);
}

/** Answers a request whose handler threw. Says what went wrong, but never where in the code. */
export function answerError(log: Log): (error: Error, context: Context) => Response {
  return (error, context) => {
    if (error instanceof RequestProblem) return problem(context, error.status, error.refusal);
    log.error({ event: "dashboard_request_failed", path: context.req.path, error });
    return problem(context, 502, failureOf(error));
  };
}
