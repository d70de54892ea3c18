import type { ChildProcess } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { selfSignedCertificate } from "../support/certificate.ts";
import { ended } from "../support/ended.ts";
import { cli, startCli } from "./cli.ts";

const PASSWORD = "sonnenblumenfeld";
const ADDRESS = /The dashboard: (https:\/\/127\.0\.0\.1:\d+\/)\n/;

let folder: string;
let data: string;
let passwordFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "energylive-network-"));
  data = join(folder, "data");
  passwordFile = await written("password.txt", `${PASSWORD}\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function written(name: string, text: string | Buffer): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

interface Served extends AsyncDisposable {
  url: string;
  log(): string;
}

/** `npm start` for the home network, once it has told its address. */
async function startServing(...flags: string[]): Promise<Served> {
  const always = ["--no-past", "--devices", "1", "--data", data, "--host", "127.0.0.1"];
  const child: ChildProcess = startCli(["start", ...always, "--password-file", passwordFile, ...flags]);
  const end = ended(child);
  let text = "";
  child.stderr?.on("data", (chunk) => {
    text += chunk;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on("data", (chunk) => {
      text += chunk;
      const [, address] = ADDRESS.exec(text) ?? [];
      if (address !== undefined) resolve(address);
    });
    end.then(({ stderr }) => reject(new Error(`it ended: ${text}${stderr}`)), reject);
  });
  return {
    url,
    log: () => text,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await end;
    },
  };
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  certificate: string;
}

/** As a browser that trusts the certificate that was made. */
async function send(
  url: string,
  options: { headers?: Record<string, string>; form?: string; ca?: string | Buffer } = {},
): Promise<Answer> {
  const { headers = {}, form, ca = await readFile(certificateFile()) } = options;
  return new Promise((resolve, reject) => {
    const method = form === undefined ? "GET" : "POST";
    const type = form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" };
    const sent = request(url, { method, ca, agent: false, headers: { ...type, ...headers } }, (response) => {
      const { raw } = (response.socket as import("node:tls").TLSSocket).getPeerCertificate();
      let body = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body,
          certificate: new X509Certificate(raw).fingerprint256,
        }),
      );
    });
    sent.on("error", reject).end(form);
  });
}

const certificateFile = () => join(data, "dashboard-certificate.pem");

const signIn = (url: string, password: string, headers: Record<string, string> = {}) =>
  send(`${url}sign-in`, { form: new URLSearchParams({ password }).toString(), headers });

const cookieOf = ({ headers }: Answer) => headers["set-cookie"]?.[0]?.split(";")[0] ?? "";

describe("a dashboard for the home network", () => {
  it("lets in who knows the password, for as long as it stays the same, over a certificate that is kept", async () => {
    let cookie: string;
    let fingerprint: string;
    {
      await using served = await startServing();
      const { url } = served;
      const stranger = await send(url, { headers: { accept: "text/html" } });
      expect(stranger.status).toBe(401);
      expect(stranger.body).toContain("Sign in with the password of this dashboard.");
      expect((await send(`${url}api/devices`)).status).toBe(401);
      const wrong = await signIn(url, "sonnenblume", { accept: "text/html", "accept-language": "de-AT" });
      expect(wrong.status).toBe(401);
      expect(wrong.body).toContain("Das Passwort stimmt nicht.");
      expect(wrong.headers["set-cookie"]).toBeUndefined();

      const right = await signIn(url, PASSWORD);
      expect(right.status).toBe(303);
      expect(right.headers.location).toBe("/");
      expect(right.headers["set-cookie"]?.[0]).toMatch(/; HttpOnly; Secure; SameSite=Strict$/);
      cookie = cookieOf(right);
      expect((await send(`${url}api/session`, { headers: { cookie } })).status).toBe(200);
      fingerprint = right.certificate;
      expect(served.log()).toContain(fingerprint);
      expect(served.log()).not.toContain(PASSWORD);
      expect((await stat(join(data, "dashboard-certificate-key.pem"))).mode & 0o077).toBe(0);
      expect((await cli(["dashboard", "--data", data])).stdout).toContain(url);
    }
    {
      await using served = await startServing();
      const again = await send(`${served.url}api/session`, { headers: { cookie } });
      expect(again).toMatchObject({ status: 200, certificate: fingerprint });
    }
    const other = await written("other.txt", "mondscheinsonate");
    await using served = await startServing("--password-file", other);
    expect((await send(`${served.url}api/session`, { headers: { cookie } })).status).toBe(401);
  }, 60_000);

  it("takes no more passwords from an address that gave ten wrong ones, and goes on for who is signed in", async () => {
    await using served = await startServing();
    const { url } = served;
    const headers = { cookie: cookieOf(await signIn(url, PASSWORD)) };
    for (let attempt = 1; attempt <= 10; attempt += 1)
      expect((await signIn(url, `wrong ${attempt}`)).status).toBe(401);
    const refused = await signIn(url, PASSWORD, { accept: "text/html" });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(800);
    expect(refused.body).toContain("Too many wrong passwords. Try again in 15 minutes.");
    expect((await send(`${url}api/session`, { headers })).status).toBe(200);
  }, 30_000);

  it("takes no password from a page of another site, and no large body from anyone", async () => {
    await using served = await startServing();
    const foreign = await signIn(served.url, PASSWORD, { "sec-fetch-site": "cross-site" });
    expect(foreign.status).toBe(403);
    expect((await signIn(served.url, "x".repeat(100_000))).status).toBe(413);
  }, 30_000);

  it("uses the certificate that is given", async () => {
    // Made by another stack, whose certificate this one does not know.
    const elsewhere = join(folder, "elsewhere");
    await (await startServing("--data", elsewhere))[Symbol.asyncDispose]();
    const made = (name: string) => join(elsewhere, name);
    const files = [
      ...["--certificate", made("dashboard-certificate.pem")],
      ...["--certificate-key", made("dashboard-certificate-key.pem")],
    ];
    await using served = await startServing(...files);
    expect(served.log()).not.toContain("certificate_made_here");
    const ca = await readFile(made("dashboard-certificate.pem"));
    expect((await send(served.url, { ca })).certificate).toBe(new X509Certificate(ca).fingerprint256);
  }, 30_000);
});

describe("a dashboard for the home network, started wrongly,", () => {
  it("says what is missing, and serves nothing", async () => {
    const { cert, key } = selfSignedCertificate();
    const [certificate, other] = [await written("a.pem", cert), await written("b.pem", "no certificate")];
    const keyFile = await written("key.pem", key);
    const short = await written("short.txt", "1234567\n");
    const open = ["--host", "0.0.0.0", "--password-file", passwordFile];
    const wrong: [string[], RegExp][] = [
      [["--host", "0.0.0.0"], /--host lets other machines in, so the dashboard needs a password/],
      [["--password-file", passwordFile], /for a dashboard that other machines can reach/],
      [["--host", "0.0.0.0", "--password-file", short], /has fewer than 8 characters/],
      [["--host", "0.0.0.0", "--password-file", `${short}.not`], /the password file .* cannot be read/],
      [[...open, "--certificate", certificate], /belong together: give both/],
      [[...open, "--certificate", other, "--certificate-key", other], /contains no certificate in PEM form/],
      [
        [...open, "--certificate", certificate, "--certificate-key", certificate],
        /contains no private key in PEM form/,
      ],
      [[...open, "--certificate", certificate, "--certificate-key", keyFile], /ended on Apr 23 .* 2018/],
    ];
    for (const [flags, problem] of wrong) {
      const { code, stdout, stderr } = await cli(["start", "--no-past", "--data", data, ...flags]);
      expect([flags, code]).toEqual([flags, 2]);
      expect(stderr).toMatch(problem);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(stdout).not.toContain("The dashboard:");
    }
    const elsewhere = ["--host", "203.0.113.7", "--password-file", passwordFile];
    const { code, stderr } = await cli(["start", "--no-past", "--data", data, ...elsewhere]);
    expect(code).toBe(1);
    expect(stderr).toContain("this machine has no address 203.0.113.7");
  }, 60_000);
});
