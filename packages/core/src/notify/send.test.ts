import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { awsConfig } from "@energylive/local/services/loopback";
import { startSqs } from "@energylive/local/services/sqs";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";

import { startMailServer } from "../../../../tests/support/mail-server.ts";
import { freePort, startServer } from "../../../../tests/support/server.ts";
import { resourceNames } from "../settings/names.ts";
import { type Channel, parseChannel } from "./channel.ts";
import type { ChannelError } from "./channel-error.ts";
import type { Notification } from "./notification.ts";
import { createSend } from "./send.ts";

const told: Notification = {
  id: "I-1 power opened",
  title: "Küche: Bezug 5\u00a0200\u00a0W",
  text: "Die Grenze ist 5\u00a0000\u00a0W.",
  html: "<p>Die Grenze</p>",
  link: "https://energy.example.com/#/devices/I-1",
  data: { event: "opened", device_id: "I-1" },
};

function channelOf(settings: object): Channel {
  const { channel, problem } = parseChannel("phone", settings);
  if (channel === undefined) throw new Error(problem);
  return channel;
}

const send = createSend({ fetch, sns: undefined, topicArn: undefined });
const failure = (sending: Promise<void>) =>
  sending.then(
    () => undefined,
    (error: ChannelError) => ({ message: error.message, isPermanent: error.isPermanent }),
  );

interface Post {
  method: string | undefined;
  path: string | undefined;
  body: unknown;
}

/** Sends to a server that answers as `answer` says. */
async function post(
  settings: object,
  path: string,
  answer: { status: number; headers?: Record<string, string> },
) {
  const posts: Post[] = [];
  await using server = await startServer(async (request, response) => {
    const body: unknown = JSON.parse((await buffer(request)).toString());
    posts.push({ method: request.method, path: request.url, body });
    response.writeHead(answer.status, answer.headers);
    response.end();
  });
  const channel = channelOf({ kind: "webhook", url: `${server.url}${path}`, ...settings });
  return { posts, failed: await failure(send(channel, told)) };
}

describe("a webhook", () => {
  it.each([
    [
      { form: "json" },
      "/hook?key=1",
      "/hook?key=1",
      {
        id: told.id,
        title: told.title,
        text: told.text,
        url: told.link,
        event: "opened",
        device_id: "I-1",
      },
    ],
    [
      { form: "ntfy" },
      "/meter-3f9a?auth=x",
      "/?auth=x",
      { topic: "meter-3f9a", title: told.title, message: told.text, click: told.link },
    ],
    [
      { form: "gotify" },
      "/message?token=x",
      "/message?token=x",
      {
        title: told.title,
        message: told.text,
        priority: 5,
        extras: { "client::notification": { click: { url: told.link } } },
      },
    ],
    [
      { form: "telegram", chat_id: "42" },
      "/bot1:x/sendMessage",
      "/bot1:x/sendMessage",
      { chat_id: "42", text: `${told.title}\n${told.text}\n${told.link}` },
    ],
  ])("is posted as %j wants it", async (settings, path, asked, body) => {
    const { posts, failed } = await post(settings, path, { status: 200 });
    expect(failed).toBeUndefined();
    expect(posts).toEqual([{ method: "POST", path: asked, body }]);
  });

  it.each([
    [401, true],
    [404, true],
    [408, false],
    [429, false],
    [500, false],
    [503, false],
  ])("that answers with %i is beyond help: %s", async (status, isPermanent) => {
    const { failed } = await post({}, "/hook", { status });
    expect(failed).toEqual({
      message: expect.stringMatching(new RegExp(`^127\\.0\\.0\\.1:\\d+ answered with status ${status}$`)),
      isPermanent,
    });
  });

  it("is not followed elsewhere", async () => {
    await using elsewhere = await startServer(() => expect.unreachable("its address is a secret"));
    const { failed } = await post({}, "/hook", { status: 307, headers: { location: elsewhere.url } });
    expect(failed?.message).toMatch(/status 307$/);
  });

  it("that nobody answers is tried again, and its address is not told", async () => {
    const url = `http://127.0.0.1:${await freePort()}/s3cret`;
    const failed = await failure(send(channelOf({ kind: "webhook", url }), told));
    expect(failed).toEqual({ message: expect.stringMatching(/ECONNREFUSED/), isPermanent: false });
    expect(failed?.message).not.toContain("s3cret");
  });
});

const mailChannel = ({ host, port }: { host: string; port: number }, settings: object = {}) =>
  channelOf({
    kind: "mail",
    host,
    port,
    from: "meter@example.com",
    to: ["a@example.com", "b@example.com"],
    ...settings,
  });

describe("mail", () => {
  it("arrives as text and as HTML, with the password", async () => {
    await using server = await startMailServer();
    await send(mailChannel(server, { user: "me", password: "s3cret" }), told);
    await send(mailChannel(server), told);
    const [mail, again] = server.mails;
    if (mail === undefined || again === undefined) throw new Error("no mail arrived");
    const { subject, from, to, text, html, messageId, headers } = await PostalMime.parse(mail.raw);
    expect(mail.to).toEqual(["a@example.com", "b@example.com"]);
    expect(from).toMatchObject({ address: "meter@example.com", name: "energyLIVE" });
    expect(to?.map(({ address }) => address)).toEqual(mail.to);
    expect(subject).toBe(told.title);
    expect(text?.trim()).toBe(`${told.text}\n\n${told.link}`);
    expect(html?.trim()).toBe(told.html);
    expect(headers.find(({ key }) => key === "auto-submitted")?.value).toBe("auto-generated");
    // The same told twice is one mail in a mailbox.
    expect((await PostalMime.parse(again.raw)).messageId).toBe(messageId);
  });

  it("is refused for good with a wrong password, which is told to nobody", async () => {
    await using server = await startMailServer();
    const failed = await failure(send(mailChannel(server, { user: "me", password: "wr0ng-0ne" }), told));
    expect(failed?.isPermanent).toBe(true);
    expect(failed?.message).toMatch(/127\.0\.0\.1 did not take the mail: .*\[secret\] is wrong/);
    expect(failed?.message).not.toContain("wr0ng-0ne");
  });

  it("is tried again when the server is away or full", async () => {
    await using server = await startMailServer({
      onMailFrom: (_, __, done) => done(Object.assign(new Error("try later"), { responseCode: 452 })),
    });
    expect(await failure(send(mailChannel(server), told))).toMatchObject({ isPermanent: false });
    const away = mailChannel(server, { port: await freePort() });
    expect(await failure(send(away, told))).toMatchObject({ isPermanent: false });
  });

  it("says no password to another machine in the clear", async () => {
    // On loopback too, by an address that is not known as such.
    await using server = await startMailServer({}, "127.0.0.2");
    const failed = await failure(send(mailChannel(server, { user: "me", password: "s3cret" }), told));
    expect(failed?.message).toMatch(/STARTTLS/);
    expect(server.mails).toEqual([]);
  });
});

describe("the stage's topic", () => {
  it("gets title, text and link", async () => {
    const folder = await mkdtemp(join(tmpdir(), "energylive-topic-"));
    // The embedded SQS speaks SNS, too.
    const server = await startSqs({ folder, names: resourceNames("test") });
    try {
      const config = awsConfig(server.endpoint);
      const [sns, sqs] = [new SNSClient(config), new SQSClient(config)];
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "reader" }));
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
      );
      const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "people" }));
      await sns.send(
        new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: Attributes?.QueueArn ?? "" }),
      );
      const channel = channelOf({ kind: "sns" });
      await createSend({ fetch, sns, topicArn: TopicArn })(channel, told);
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 2 }));
      const { Subject, Message } = JSON.parse(Messages[0]?.Body ?? "{}");
      // A subject is ASCII.
      expect(Subject).toBe("Kuche: Bezug 5 200 W");
      expect(Message).toBe(`${told.title}\n\n${told.text}\n\n${told.link}`);
      sns.destroy();
      sqs.destroy();
    } finally {
      await server.stop();
      await rm(folder, { recursive: true });
    }
  });

  it("is not there on one machine", async () => {
    expect(await failure(send(channelOf({ kind: "sns" }), told))).toEqual({
      message: "there is no SNS topic here: only a deployed stage has one",
      isPermanent: true,
    });
  });
});
