import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";

import { REQUEST_HEADER } from "../contract.ts";
import { problem } from "../problem.ts";
import type { TokenCheck } from "./tokens.ts";
import { createTries } from "./tries.ts";
import {
  SIGN_IN_PATH,
  STYLE_PATH,
  styleAnswer,
  tooManyTries,
  unauthorized,
  wantsPage,
} from "./unauthorized.ts";

/** 256 bits cannot be guessed. */
const SECRET_BYTES = 32;

/** A form with a password, in bytes. */
const LONGEST_FORM = 4_096;

/** A phone stays signed in between visits: 90 days. */
const SIGNED_IN_SECONDS = 7_776_000;

/** The address that lets a browser in: with the token, or without it where a password is asked for. */
export function addressOf(origin: string, token: string): string {
  return origin.startsWith("https:") ? `${origin}/` : `${origin}/?token=${token}`;
}

export function newToken(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

/** Who gets in. */
export interface AccessOptions {
  port: number;
  /** The first visit exchanges the token of the printed address for a cookie. */
  token: string;
  /** Of a server that other machines can reach, over HTTPS: whoever has it gets the cookie too. */
  password?: string | undefined;
  /** Programs with an access token; they get into `/api/v1` and `/metrics` only. */
  tokens: TokenCheck;
}

/**
 * Lets in whoever has the printed address or the password, and refuses requests that other sites make the browser send. A
 * request must name this host and port (a foreign name that resolves to loopback does not), come from a page of this server
 * and carry the cookie. A request that changes something also needs the page's own header and JSON, which a form cannot send.
 *
 * A server that other machines can reach has names that it cannot know. There the certificate, and the cookie that a browser
 * keeps by name, refuse a foreign name.
 */
export function createAccess({ port, token, password, tokens }: AccessOptions): MiddlewareHandler {
  // Of the secrets, so a browser stays signed in when they are the same at the next start.
  const session = createHmac("sha256", token)
    .update(`session ${password ?? ""}`)
    .digest("base64url");
  // Cookies ignore ports: two dashboards on one machine must not sign each other out.
  const cookie = `energylive_${port}`;
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  const isSecure = password !== undefined;
  const asks = isSecure ? "password" : "token";
  const mayTry = createTries();

  function letIn(context: Context): Response {
    setCookie(context, cookie, session, {
      path: "/",
      httpOnly: true,
      sameSite: "Strict",
      secure: isSecure,
      maxAge: SIGNED_IN_SECONDS,
    });
    // Always to `/`: the path may look like another host's address.
    return context.redirect("/", 303);
  }

  async function signIn(context: Context, password: string): Promise<Response> {
    if (!isFromHere(context.req.header("sec-fetch-site")))
      return forbidden(context, "only pages of the dashboard may ask for this");
    // Whoever is not let in yet must not fill the memory.
    if (!(Number(context.req.header("content-length")) <= LONGEST_FORM))
      return problem(context, 413, { code: "bad_request", said: `send at most ${LONGEST_FORM} bytes` });
    const tries = await mayTry(context);
    if (tries.secondsToWait > 0) return tooManyTries(context, tries.secondsToWait);
    const { password: given } = await context.req.parseBody().catch(() => ({ password: "" }));
    if (typeof given !== "string" || !isEqual(given, password))
      return unauthorized(context, asks, { isWrong: true });
    await tries.forget();
    return letIn(context);
  }

  /** No browser sends this header by itself, so nothing of what other sites can do concerns it. */
  async function letProgramIn(context: Context, authorization: string): Promise<Response | undefined> {
    const [, given = ""] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    const scope = given === "" ? undefined : await tokens(given);
    if (scope === undefined) return unknownProgram(context, "the token is not known");
    if (scope === "read" && !isReading(context.req.method))
      return forbidden(context, "the token may only read: energylive tokens add NAME --scope control");
    return undefined;
  }

  return async (context, next) => {
    const { req } = context;
    const host = req.header("host") ?? "";
    if (!isSecure && !hosts.has(host))
      return forbidden(context, `this is the dashboard at http://127.0.0.1:${port}`);
    const url = new URL(req.url);
    if (url.pathname === STYLE_PATH) return styleAnswer(context);
    const authorization = req.header("authorization");
    if (authorization !== undefined && isForPrograms(url.pathname))
      return (await letProgramIn(context, authorization)) ?? next();
    if (isSecure && req.method === "POST" && url.pathname === SIGN_IN_PATH) return signIn(context, password);
    const given = url.searchParams.get("token");
    if (given !== null && req.method === "GET" && !isApi(url.pathname))
      return isEqual(given, token) ? letIn(context) : unauthorized(context, asks);
    if (!isEqual(getCookie(context, cookie) ?? "", session))
      return isForPrograms(url.pathname) && !wantsPage(context)
        ? unknownProgram(context, "send a token as Authorization: Bearer …")
        : unauthorized(context, asks);
    if (isApi(url.pathname) && !isFromHere(req.header("sec-fetch-site")))
      return forbidden(context, "only pages of the dashboard may ask for this");
    if (!isReading(req.method)) {
      const isOwn = req.header("origin") === `${isSecure ? "https" : "http"}://${host}`;
      if (!isOwn || req.header(REQUEST_HEADER) === undefined)
        return forbidden(context, "only pages of the dashboard may change something");
      if (req.header("content-type")?.split(";")[0]?.trim() !== "application/json")
        return problem(context, 415, { code: "bad_request", said: "send application/json" });
    }
    return next();
  };
}

function forbidden(context: Context, said: string): Response {
  return problem(context, 403, { code: "forbidden", said });
}

function unknownProgram(context: Context, what: string): Response {
  context.header("www-authenticate", 'Bearer realm="energylive"');
  return problem(context, 401, { code: "unauthorized", said: `${what}: energylive tokens add makes one` });
}

function isReading(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

function isForPrograms(path: string): boolean {
  return path === "/metrics" || path.startsWith("/api/v1/");
}

export function isApi(path: string): boolean {
  return path === "/api" || path.startsWith("/api/");
}

/** Browsers say where a request comes from. Other programs that have the cookie need not. */
function isFromHere(site: string | undefined): boolean {
  return site === undefined || site === "same-origin" || site === "none";
}

/** Takes the same time whatever is given. */
function isEqual(given: string, secret: string): boolean {
  const [a, b] = [given, secret].map((text) => createHash("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
