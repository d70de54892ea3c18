import { createHash } from "node:crypto";

import { createTransport } from "nodemailer";

import { type Channel, withoutSecret } from "./channel.ts";
import { ChannelError } from "./channel-error.ts";
import type { Notification } from "./notification.ts";

type MailChannel = Extract<Channel, { kind: "mail" }>;

const TLS_PORT = 465;
const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

/** @throws {ChannelError} */
export async function sendMail(
  channel: MailChannel,
  told: Notification,
  { timeoutMs }: { timeoutMs: number },
): Promise<void> {
  const { host, port, user, password = "", from, to } = channel;
  const transport = createTransport({
    host,
    port,
    secure: port === TLS_PORT,
    // A password never leaves this machine in the clear.
    requireTLS: user !== undefined && !LOOPBACK.has(host),
    ...(user === undefined ? {} : { auth: { user, pass: password } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const { title, text, html, link } = told;
  try {
    await transport.sendMail({
      from: { name: "energyLIVE", address: from },
      to,
      subject: title,
      text: link === undefined ? text : `${text}\n\n${link}`,
      html,
      // A mail program shows one of two with the same id.
      messageId: `<${createHash("sha256").update(told.id).digest("hex").slice(0, 32)}@energylive>`,
      headers: { "auto-submitted": "auto-generated" },
    });
  } catch (error) {
    throw mailError(error, channel);
  } finally {
    transport.close();
  }
}

/** An answer of the server that begins with 5 will stay the same. Source: RFC 5321, 4.2.1 */
function mailError(cause: unknown, channel: MailChannel): ChannelError {
  const { responseCode, message } = cause as { responseCode?: number; message: string };
  return new ChannelError(`${channel.host} did not take the mail: ${withoutSecret(channel, message)}`, {
    isPermanent: responseCode !== undefined && responseCode >= 500,
    cause: undefined,
  });
}
