import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { listeningPort } from "@energylive/core/listening-port";

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/**
 * A string is sent as the body, anything else as JSON. It can also not be sent at all, or only its beginning, after which
 * the connection ends (`half`) or stays silent (`stall`).
 */
export type Answer =
  | { status?: number; headers?: Record<string, string>; body: unknown }
  | "reset"
  | "half"
  | "stall"
  | "hang";

export type Service = Awaited<ReturnType<typeof startService>>;

/** A service that records what it receives and answers as a test says. */
export async function startService() {
  const received: Received[] = [];
  const answers: Answer[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({
      path: request.url ?? "",
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    });
    const answer = answers.shift() ?? { body: {} };
    if (answer === "hang") return;
    if (answer === "reset") return void request.socket.resetAndDestroy();
    if (answer === "half" || answer === "stall") {
      response.writeHead(200, { "content-length": "100" });
      response.write("{", () => answer === "half" && request.socket.destroy());
      return;
    }
    const { status = 200, headers, body } = answer;
    response.writeHead(status, { "x-amzn-requestid": `request-${received.length}`, ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${listeningPort(server)}`,
    received,
    answers,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * The signature that AWS expects on a request. Source:
 * docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function expectedSignature({ path, headers, body }: Received, secret: string): string {
  const [, scope = "", signed = ""] =
    /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+)/.exec(headers.authorization ?? "") ?? [];
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const lines = signed.split(";").map((name) => `${name}:${headers[name]}\n`);
  const canonical = `POST\n${path}\n\n${lines.join("")}\n${signed}\n${sha256(body)}`;
  const key = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, `AWS4-HMAC-SHA256\n${headers["x-amz-date"]}\n${scope}\n${sha256(canonical)}`).toString(
    "hex",
  );
}
