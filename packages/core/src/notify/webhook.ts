import type { Fetch } from "../energylive/attempt.ts";
import { failureReason } from "../response.ts";
import type { Channel, WebhookForm } from "./channel.ts";
import { ChannelError } from "./channel-error.ts";
import type { Notification } from "./notification.ts";

type WebhookChannel = Extract<Channel, { kind: "webhook" }>;

/** Answers that say that the same request may succeed later. */
const TEMPORARY_STATUS = new Set([408, 425, 429]);

/** Of Telegram; a longer text is refused. */
const MOST_CHARACTERS = 4_096;

/** The request of each form: its address, and its body as JSON. */
const REQUESTS: Readonly<
  Record<WebhookForm, (told: Notification, channel: WebhookChannel) => { url: URL; body: unknown }>
> = {
  json: ({ id, title, text, link, data }, { url }) => ({
    url: new URL(url),
    body: { id, title, text, url: link, ...data },
  }),

  /** The topic is the end of the address, and in JSON part of the body. Source: docs.ntfy.sh/publish/#publish-as-json */
  ntfy: ({ title, text, brief = text, link }, { url: written }) => {
    const url = new URL(written);
    const parts = url.pathname.split("/");
    const topic = decodeURIComponent(parts.pop() ?? "");
    url.pathname = parts.join("/");
    return { url, body: { topic, title, message: brief, click: link } };
  },

  /** Source: gotify.net/docs/pushmsg and gotify.net/docs/msgextras */
  gotify: ({ title, text, brief = text, link }, { url }) => ({
    url: new URL(url),
    body: {
      title,
      message: brief,
      priority: 5,
      extras: link === undefined ? undefined : { "client::notification": { click: { url: link } } },
    },
  }),

  /** Source: core.telegram.org/bots/api#sendmessage */
  telegram: ({ title, text, brief = text, link }, { url, chat_id }) => ({
    url: new URL(url),
    body: {
      chat_id,
      text: [title, brief, ...(link === undefined ? [] : [link])].join("\n").slice(0, MOST_CHARACTERS),
    },
  }),
};

/** @throws {ChannelError} */
export async function sendWebhook(
  channel: WebhookChannel,
  told: Notification,
  { fetch, timeoutMs }: { fetch: Fetch; timeoutMs: number },
): Promise<void> {
  const { url, body } = REQUESTS[channel.form](told, channel);
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      // The address is a secret, and was given for this server.
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
  } catch (cause) {
    const isLate = cause instanceof DOMException && cause.name === "TimeoutError";
    throw new ChannelError(
      isLate
        ? `${url.host} did not answer within ${timeoutMs} ms`
        : `the connection to ${url.host} failed: ${failureReason(cause)}`,
      { isPermanent: false, cause },
    );
  }
  if (response.ok) return;
  const { status } = response;
  throw new ChannelError(`${url.host} answered with status ${status}`, {
    isPermanent: status < 500 && !TEMPORARY_STATUS.has(status),
  });
}
