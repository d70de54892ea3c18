import { buffer } from "node:stream/consumers";

import type { Call } from "../../tools/iam/calls.ts";
import { startServer } from "./server.ts";

/** What the archive needs of S3, on loopback: objects by bucket and key, as the SDK asks for them. */
export interface TestS3 extends AsyncDisposable {
  endpoint: string;
  /** By `bucket/key`. */
  objects: Map<string, Buffer>;
  /** Every call, as IAM would judge it. */
  calls: Call[];
}

/** A page of a list, so that a reader has to ask again. */
const PAGE = 2;

export async function startS3(): Promise<TestS3> {
  const objects: TestS3["objects"] = new Map();
  const calls: Call[] = [];
  const server = await startServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://s3");
    const path = decodeURIComponent(pathname).slice(1).replace(/\/$/, "");
    const call = (action: string, resource: string) =>
      calls.push({ action, resource: `arn:aws:s3:::${resource}` });
    const xml = (text: string, status = 200) =>
      void response.writeHead(status, { "content-type": "application/xml" }).end(text);
    if (searchParams.get("list-type") === "2") {
      call("s3:ListBucket", path);
      xml(listing(objects, path, searchParams));
      return;
    }
    if (request.method === "PUT") {
      call("s3:PutObject", path);
      objects.set(path, content(await buffer(request), request.headers["x-amz-content-sha256"]));
      response.writeHead(200, { etag: '"1"' }).end();
      return;
    }
    call("s3:GetObject", path);
    const found = objects.get(path);
    if (found === undefined) xml("<Error><Code>NoSuchKey</Code></Error>", 404);
    else response.writeHead(200, { "content-length": found.length }).end(found);
  });
  return {
    endpoint: server.url,
    objects,
    calls,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function listing(objects: TestS3["objects"], bucket: string, query: URLSearchParams): string {
  const after = query.get("continuation-token") ?? "";
  const keys = [...objects.keys()]
    .map((path) => path.slice(bucket.length + 1))
    .filter((key) => key.startsWith(query.get("prefix") ?? "") && key > after)
    .sort();
  const page = keys.slice(0, PAGE);
  const next = keys.length > PAGE ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : "";
  const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join("");
  return `<ListBucketResult><IsTruncated>${keys.length > PAGE}</IsTruncated>${next}${contents}</ListBucketResult>`;
}

/** The SDK sends a stream in chunks, each with its length before it, and a checksum behind the last one. */
function content(body: Buffer, encoding: string | string[] | undefined): Buffer {
  if (!String(encoding).startsWith("STREAMING-")) return body;
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = body.indexOf("\r\n", at);
    const length = Number.parseInt(body.toString("latin1", at, end), 16);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(body.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
}
