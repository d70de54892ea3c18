import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";

import { REQUEST_HEADER } from "../contract.ts";
import { problem } from "../problem.ts";
import { unauthorized } from "./unauthorized.ts";

/** 256 bits cannot be guessed. */
const SECRET_BYTES = 32;

/** The address that lets a browser in. */
export function addressOf(port: number, token: string): string {
  return `http://127.0.0.1:${port}/?token=${token}`;
}

export function newToken(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

/** Who gets in: the first visit exchanges the token of the printed address for a cookie. */
export interface Access {
  /** The address to print. */
  url: string;
  /** Refuses every request that is not from a page of this server in a browser that is signed in. */
  guard: MiddlewareHandler;
}

/**
 * Lets in whoever has the printed address, and refuses requests that other sites make the browser send. A request must name
 * this host and port (a foreign name that resolves to loopback does not), come from a page of this server and carry the
 * cookie. A request that changes something also needs the page's own header and JSON, which a form cannot send.
 */
export function createAccess(port: number, token: string): Access {
  // Of the token, so a browser stays signed in when the same token is served again.
  const session = createHmac("sha256", token).update("session").digest("base64url");
  // Cookies ignore ports: two dashboards on one machine must not sign each other out.
  const cookie = `energylive_${port}`;
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);

  return {
    url: addressOf(port, token),

    async guard(context, next) {
      const { req } = context;
      const host = req.header("host") ?? "";
      if (!hosts.has(host)) return forbidden(context, `this is the dashboard at http://127.0.0.1:${port}`);
      const url = new URL(req.url);
      const given = url.searchParams.get("token");
      if (given !== null && req.method === "GET" && !isApi(url.pathname)) {
        if (!isEqual(given, token)) return unauthorized(context);
        setCookie(context, cookie, session, { path: "/", httpOnly: true, sameSite: "Strict" });
        // Always to `/`: the path may look like another host's address.
        return context.redirect("/", 303);
      }
      if (!isEqual(getCookie(context, cookie) ?? "", session)) return unauthorized(context);
      if (isApi(url.pathname) && !isFromHere(req.header("sec-fetch-site")))
        return forbidden(context, "only pages of the dashboard may ask for this");
      if (!["GET", "HEAD"].includes(req.method)) {
        const isOwn = [...hosts].some((own) => req.header("origin") === `http://${own}`);
        if (!isOwn || req.header(REQUEST_HEADER) === undefined)
          return forbidden(context, "only pages of the dashboard may change something");
        if (req.header("content-type")?.split(";")[0]?.trim() !== "application/json")
          return problem(context, 415, { code: "bad_request", said: "send application/json" });
      }
      return next();
    },
  };
}

function forbidden(context: Context, said: string): Response {
  return problem(context, 403, { code: "forbidden", said });
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
