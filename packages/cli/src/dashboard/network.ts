import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import type { Command, OptionValues } from "@commander-js/extra-typings";
import type { NetworkAccess } from "@energylive/api/server";

import { UsageError } from "../errors.ts";
import { type Certificate, fingerprintOf, givenCertificate, ownCertificate } from "./certificate.ts";

/** A shorter one is guessed too soon. */
const SHORTEST_PASSWORD = 8;

const EVERY_ADDRESS = new Set(["0.0.0.0", "::"]);

/** The options of a dashboard that other machines can reach, as typed. */
export interface NetworkFlags {
  host?: string | undefined;
  passwordFile?: string | undefined;
  certificate?: string | undefined;
  certificateKey?: string | undefined;
}

export interface Network extends NetworkAccess {
  /** Of a certificate that was made here, which browsers do not trust by themselves. */
  fingerprint: string | undefined;
}

/** The options of a command that serves the dashboard. */
export function withNetworkOptions<
  Args extends unknown[],
  Options extends OptionValues,
  Global extends OptionValues,
>(command: Command<Args, Options, Global>) {
  return command
    .option("--host <address>", "let the home network in: an address of this machine, or 0.0.0.0 for all")
    .option("--password-file <file>", "with --host: the password that a browser asks for")
    .option("--certificate <file>", "with --host: PEM; without it one is made, and browsers ask once")
    .option("--certificate-key <file>", "the private key of --certificate");
}

/** What a person should know of a certificate that was made here. */
export function certificateNote(fingerprint: string): string {
  return `The browser warns once, because the certificate was made here. Its SHA-256 fingerprint: ${fingerprint}`;
}

/**
 * How other machines get in; `undefined` if they do not.
 *
 * @param folder where a certificate that is made is kept
 * @throws {UsageError} if an option lacks the one that belongs to it, or a file is not what it should be
 */
export async function readNetwork(
  flags: NetworkFlags,
  folder: string | undefined,
): Promise<Network | undefined> {
  const { host, passwordFile } = flags;
  checkNetwork(flags);
  if (host === undefined || passwordFile === undefined) return undefined;
  const password = await readPassword(passwordFile);
  const addresses = isIP(host) > 0 && !EVERY_ADDRESS.has(host) ? [host] : ownAddresses();
  const given =
    flags.certificate !== undefined && flags.certificateKey !== undefined
      ? await givenCertificate(flags.certificate, flags.certificateKey)
      : undefined;
  const used: Certificate = given ?? (await ownCertificate(folder, addresses));
  return {
    host,
    shownHost: EVERY_ADDRESS.has(host) ? (addresses[0] ?? "127.0.0.1") : host,
    password,
    ...used,
    fingerprint: given === undefined ? fingerprintOf(used) : undefined,
  };
}

/** @throws {UsageError} if an option lacks the one that belongs to it */
export function checkNetwork({ host, passwordFile, certificate, certificateKey }: NetworkFlags): void {
  if (host !== undefined && passwordFile === undefined)
    throw new UsageError("--host lets other machines in, so the dashboard needs a password", {
      advice: "write one into a file that only you can read, and name it with --password-file",
    });
  if ((certificate === undefined) !== (certificateKey === undefined))
    throw new UsageError("--certificate and --certificate-key belong together: give both");
  if (host === undefined && (passwordFile ?? certificate) !== undefined)
    throw new UsageError(
      "--password-file and --certificate are for a dashboard that other machines can reach",
      { advice: "add --host, such as --host 0.0.0.0" },
    );
}

async function readPassword(file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new UsageError(`the password file ${file} cannot be read`, { cause });
  }
  // An editor ends the line.
  const password = text.trim();
  if (password.length < SHORTEST_PASSWORD)
    throw new UsageError(`the password in ${file} has fewer than ${SHORTEST_PASSWORD} characters`, {
      advice: "choose a longer one",
    });
  return password;
}

/** Where other machines find this one, IPv4 first: people can type it. */
function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all
    .filter(({ internal, scopeid }) => !internal && (scopeid ?? 0) === 0)
    .sort((a, b) => a.family.localeCompare(b.family))
    .map(({ address }) => address);
}
