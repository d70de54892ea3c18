import * as http from "node:http";
import * as https from "node:https";

export interface HttpRequest {
  headers: Record<string, string>;
  /** For the whole of it, the body included. */
  timeoutMs: number;
  /** The most of a body that is read. */
  maxBytes: number;
}

export interface HttpAnswer {
  status: number;
  /** As it was sent. */
  retryAfter: string | undefined;
  /** Empty unless the status is 200: what comes with another is not read. */
  body: string;
}

/**
 * One GET. It follows no redirect, for the key would go along to wherever that points.
 *
 * @throws {HttpTimeoutError}
 * @throws {ResponseTooLargeError}
 * @throws whatever Node says of a connection that fails
 */
export type HttpGet = (url: URL, request: HttpRequest) => Promise<HttpAnswer>;

export class HttpTimeoutError extends Error {
  override readonly name = "HttpTimeoutError";
}

export class ResponseTooLargeError extends Error {
  override readonly name = "ResponseTooLargeError";
}

/**
 * Over Node's own client, which the AWS SDK uses too: `fetch` would be a second one to load, a quarter of the fetcher's
 * start. Connections are kept open by Node's global agents.
 */
export const httpGet: HttpGet = (url, { headers, timeoutMs, maxBytes }) =>
  new Promise((resolve, reject) => {
    const { get } = url.protocol === "https:" ? https : http;
    const request = get(url, { headers }, (response) => {
      const status = response.statusCode ?? 0;
      const retryAfter = response.headers["retry-after"];
      if (status !== 200) {
        resolve({ status, retryAfter, body: "" });
        close();
        return;
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) fail(new ResponseTooLargeError(`more than ${maxBytes} bytes`));
        else chunks.push(chunk);
      });
      response.on("error", fail);
      response.on("end", () => {
        clearTimeout(timeout);
        resolve({ status, retryAfter, body: Buffer.concat(chunks).toString("utf8") });
      });
    });
    request.on("error", fail);
    const timeout = setTimeout(
      () => fail(new HttpTimeoutError(`no answer within ${timeoutMs} ms`)),
      timeoutMs,
    );

    function fail(reason: Error): void {
      reject(reason);
      close();
    }

    function close(): void {
      clearTimeout(timeout);
      request.destroy();
    }
  });
