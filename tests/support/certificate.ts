import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** A self-signed certificate, which nobody trusts. It comes with the embedded stack's DynamoDB. */
export function selfSignedCertificate(): { key: Buffer; cert: Buffer } {
  const { resolve } = createRequire(new URL("../../packages/local/package.json", import.meta.url));
  const folder = join(dirname(resolve("dynalite/package.json")), "ssl");
  const read = (name: string) => readFileSync(join(folder, name));
  return { key: read("server-key.pem"), cert: read("server-crt.pem") };
}
