import { buffer } from "node:stream/consumers";

import { SMTPServer, type SMTPServerOptions } from "smtp-server";

import { freePort } from "./server.ts";

/** A mail server on loopback, which knows one user: `me` with the password `s3cret`. */
export interface MailServer extends AsyncDisposable {
  host: string;
  port: number;
  /** What it took. */
  mails: { to: string[]; raw: Buffer }[];
}

export async function startMailServer(
  options: SMTPServerOptions = {},
  host = "127.0.0.1",
): Promise<MailServer> {
  const mails: MailServer["mails"] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) =>
      username === "me" && password === "s3cret"
        ? done(null, { user: "me" })
        : done(new Error(`${password} is wrong`)),
    onData(stream, session, done) {
      buffer(stream).then((raw) => {
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw });
        done();
      }, done);
    },
    ...options,
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return {
    host,
    port,
    mails,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
