import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { OWNER_ONLY, replaceFile } from "@energylive/local/replace-file";

import { UsageError } from "../errors.ts";

/** A server's certificate with its key, both PEM. */
export interface Certificate {
  certificate: string;
  key: string;
}

const CERTIFICATE_FILE = "dashboard-certificate.pem";
const KEY_FILE = "dashboard-certificate-key.pem";

/** Apple's devices accept no longer one: https://support.apple.com/en-us/103769 */
const VALID_DAYS = 825;

/** Made again this long before it ends, so a running dashboard does not outlive it. */
const RENEWED_DAYS = 60;

const DAY_MS = 86_400_000;

/** @throws {UsageError} for files that are not a certificate with its key */
export async function givenCertificate(certificateFile: string, keyFile: string): Promise<Certificate> {
  const [certificate, key] = await Promise.all([certificateFile, keyFile].map(readGiven));
  const parsed = parse(certificateFile, "certificate", () => new X509Certificate(certificate ?? ""));
  const parsedKey = parse(keyFile, "private key", () => createPrivateKey(key ?? ""));
  if (!parsed.checkPrivateKey(parsedKey))
    throw new UsageError(`the key in ${keyFile} does not belong to the certificate in ${certificateFile}`);
  if (Date.parse(parsed.validTo) < Date.now())
    throw new UsageError(`the certificate in ${certificateFile} ended on ${parsed.validTo}`);
  return { certificate: certificate ?? "", key: key ?? "" };
}

/**
 * A certificate that is made here, for this machine's names and addresses. Browsers ask once whether to trust it.
 *
 * @param folder where it is kept, so that browsers need not ask again; without it a new one is made each time
 */
export async function ownCertificate(
  folder: string | undefined,
  addresses: readonly string[],
): Promise<Certificate> {
  const names = ["localhost", hostname(), `${hostname()}.local`];
  const kept = folder === undefined ? undefined : await readKept(folder, addresses);
  if (kept !== undefined) return kept;
  const made = await make(names, ["127.0.0.1", ...addresses]);
  if (folder !== undefined) {
    await replaceFile(join(folder, KEY_FILE), made.key, OWNER_ONLY);
    await replaceFile(join(folder, CERTIFICATE_FILE), made.certificate);
  }
  return made;
}

/** As browsers show it, so that a person can compare. */
export function fingerprintOf({ certificate }: Certificate): string {
  return new X509Certificate(certificate).fingerprint256;
}

async function make(names: string[], addresses: string[]): Promise<Certificate> {
  const { generate } = await import("selfsigned");
  const { cert, private: key } = await generate([{ name: "commonName", value: "energyLIVE dashboard" }], {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    notBeforeDate: new Date(Date.now() - DAY_MS),
    notAfterDate: new Date(Date.now() + VALID_DAYS * DAY_MS - DAY_MS),
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", digitalSignature: true, keyCertSign: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          ...addresses.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  return { certificate: cert, key };
}

/** Unless it ends soon, or an address has been added since. */
async function readKept(folder: string, addresses: readonly string[]): Promise<Certificate | undefined> {
  try {
    const certificate = await readFile(join(folder, CERTIFICATE_FILE), "utf8");
    const key = await readFile(join(folder, KEY_FILE), "utf8");
    const parsed = new X509Certificate(certificate);
    const isGood =
      parsed.checkPrivateKey(createPrivateKey(key)) &&
      Date.parse(parsed.validTo) > Date.now() + RENEWED_DAYS * DAY_MS &&
      addresses.every((address) => parsed.checkIP(address) !== undefined);
    return isGood ? { certificate, key } : undefined;
  } catch {
    return undefined;
  }
}

async function readGiven(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new UsageError(`${file} cannot be read`, { cause });
  }
}

function parse<Parsed>(file: string, what: string, read: () => Parsed): Parsed {
  try {
    return read();
  } catch (cause) {
    // A parser's message may quote the file; it stays in the cause.
    throw new UsageError(`${file} contains no ${what} in PEM form`, { cause });
  }
}
