import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";

import type { Fetch } from "../energylive/attempt.ts";
import type { Channel } from "./channel.ts";
import { ChannelError } from "./channel-error.ts";
import { sendMail } from "./mail.ts";
import type { Notification } from "./notification.ts";
import { sendWebhook } from "./webhook.ts";

/** For each step of a request. */
const TIMEOUT_MS = 10_000;

/** SNS's limit of a subject, which is printable ASCII. Source: docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MAX_SUBJECT = 100;
const NOT_IN_SUBJECT = /[^\x20-\x7e]/g;

/** Tells one channel. @throws {ChannelError} */
export type Send = (channel: Channel, told: Notification) => Promise<void>;

export interface SendParts {
  fetch: Fetch;
  /** Of a deployed stage. */
  sns: SNSClient | undefined;
  topicArn: string | undefined;
}

export function createSend({ fetch, sns, topicArn }: SendParts): Send {
  return async (channel, told) => {
    switch (channel.kind) {
      case "mail":
        return sendMail(channel, told, { timeoutMs: TIMEOUT_MS });
      case "webhook":
        return sendWebhook(channel, told, { fetch, timeoutMs: TIMEOUT_MS });
      case "sns": {
        if (sns === undefined || topicArn === undefined)
          throw new ChannelError("there is no SNS topic here: only a deployed stage has one", {
            isPermanent: true,
          });
        const { title, text, link } = told;
        const Subject = title.normalize("NFKD").replace(/\p{M}/gu, "").replace(NOT_IN_SUBJECT, "?");
        const Message = [title, text, ...(link === undefined ? [] : [link])].join("\n\n");
        await sns
          .send(new PublishCommand({ TopicArn: topicArn, Subject: Subject.slice(0, MAX_SUBJECT), Message }))
          .catch((cause: unknown) => {
            const reason = cause instanceof Error ? cause.message : String(cause);
            throw new ChannelError(`SNS did not take it: ${reason}`, { isPermanent: false, cause });
          });
      }
    }
  };
}
