import { type ApiProblem, REQUEST_HEADER } from "@energylive/api/contract";
import { language } from "../i18n/locale.ts";
import { viewerZone } from "../time/zone.ts";

/** The server answered with a problem. */
export class AnswerError extends Error {
  override readonly name = "AnswerError";
  readonly status: number;
  readonly problem: ApiProblem;

  constructor(status: number, problem: ApiProblem) {
    super(`${status} ${problem.code}`);
    this.status = status;
    this.problem = problem;
  }
}

/** The server did not answer at all. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}

export type Query = Record<string, string | number | readonly string[] | undefined>;

/** `/api/series?device=I-…&type=…`; a list repeats the parameter. */
export function apiUrl(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const values = Array.isArray(value) ? value : [value];
    for (const one of values) if (one !== undefined) parameters.append(name, String(one));
  }
  const search = parameters.toString();
  return search === "" ? path : `${path}?${search}`;
}

/** As a spreadsheet in the page's language opens it: times of the page's zone, and in German commas in numbers. */
export function sheetUrl(path: string, query: Query): string {
  return apiUrl(path, { ...query, zone: viewerZone(), decimal: language.value === "de" ? "comma" : "point" });
}

/** @throws {AnswerError | UnreachableError} */
export async function getJson<Answer>(path: string, query?: Query, signal?: AbortSignal): Promise<Answer> {
  return answerOf(await reach(apiUrl(path, query), signal === undefined ? {} : { signal }));
}

/** @throws {AnswerError | UnreachableError} */
export async function postJson<Answer>(path: string, body: unknown): Promise<Answer> {
  return answerOf(
    await reach(path, {
      method: "POST",
      headers: { "content-type": "application/json", [REQUEST_HEADER]: "1" },
      body: JSON.stringify(body),
    }),
  );
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, credentials: "same-origin" });
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw new UnreachableError("the dashboard's server does not answer", { cause: error });
  }
}

async function answerOf<Answer>(response: Response): Promise<Answer> {
  if (response.ok) return response.json();
  const said = `${response.status} ${response.statusText}`;
  const problem: ApiProblem = await response.json().catch(() => ({ code: "unexpected", said }));
  throw new AnswerError(response.status, problem);
}
