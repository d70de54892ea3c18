import { ConfigurationError } from "./configuration-error.ts";

const LOOPBACK = new Set(["127.0.0.1", "[::1]", "localhost"]);

/**
 * The base URL of a service, with a slash at its end.
 *
 * @param variable that it comes from
 * @throws {ConfigurationError} if it is neither HTTPS nor on loopback
 */
export function serviceUrl(text: string, variable: string): URL {
  const url = new URL(text.endsWith("/") ? text : `${text}/`);
  if (url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.has(url.hostname))) return url;
  throw new ConfigurationError([`${variable} is not HTTPS: plain HTTP goes to loopback only`]);
}
