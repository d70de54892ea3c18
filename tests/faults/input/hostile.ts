import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";

/** The most that is read of an answer; one of an interface has about 1 KB. */
const MAX_BYTES = 1024 * 1024;

const CHUNK = Buffer.alloc(64 * 1024, " ");
const ZIPPED = gzipSync(Buffer.alloc(200_000_000, " "));

/** Answers that are made to use up memory, each as large as it may be before it is refused, or without an end. */
export const HOSTILE: Record<string, Uint8Array | ((response: ServerResponse) => void)> = {
  endless,
  "50 MB": Buffer.concat([Buffer.from("["), Buffer.alloc(50_000_000, "1,"), Buffer.from("1]")]),
  "200 MB in 200 KB": (response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(ZIPPED),
  "deep nesting": Buffer.from(`${"[".repeat(500_000)}${"]".repeat(500_000)}`),
  "half a million elements": filled(() => "1"),
  "20,000 elements that are none": filled((index) => String(index), 20_000),
  "10,000 measurements": filled(measurement, 10_000),
  "as many measurements as fit": filled(measurement),
  "as many wrong measurements as fit": filled((index) => measurement(index).replace(":1}", ':"1"}')),
  "one long text": Buffer.from(`["${"ü".repeat(500_000)}"]`),
};

function endless(response: ServerResponse): void {
  const writeOn = () => {
    while (response.write(CHUNK));
  };
  response.writeHead(200).on("drain", writeOn).write("[");
  writeOn();
}

function measurement(index: number): string {
  return `{"measurement":"t${index}","timestamp":${1726559995000 + index},"value":1}`;
}

/** An array of elements, as many as there may be. */
function filled(element: (index: number) => string, count = Number.POSITIVE_INFINITY): Buffer {
  const elements: string[] = [];
  let bytes = 2;
  for (let index = 0; index < count; index += 1) {
    const text = element(index);
    bytes += text.length + 1;
    if (bytes > MAX_BYTES) break;
    elements.push(text);
  }
  return Buffer.from(`[${elements.join(",")}]`);
}
