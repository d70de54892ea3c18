import { BlockList, isIP } from "node:net";

import * as z from "zod";

import { ALERT_RULE_NAMES } from "../alert/rule.ts";
import { LANGUAGES } from "../alert/texts.ts";
import type { NamedSecrets } from "../keys/named-secrets.ts";
import { describeProblems } from "../problems.ts";
import { REPORT_UNITS } from "../report/contents.ts";
import { QuietHours } from "./quiet-hours.ts";

/** Of which devices a channel gets reports: of all together, of each, or of those together that have the same value of a label. */
const REPORTS_OF = /^(all|each|label:.{1,100})$/;

const text = z.string("is missing").min(1, "is empty").max(1_000, "is longer than 1000 characters");
const address = text.regex(/^[^\s@<>,]+@[^\s@<>,]+$/, "is not an e-mail address");

const common = {
  language: z.enum(LANGUAGES, `is none of ${LANGUAGES.join(", ")}`).default("en"),
  /** When only what cannot wait is told, in the device's time zone. */
  quiet_hours: QuietHours.optional(),
  /** What cannot wait. */
  urgent: z
    .array(z.enum(ALERT_RULE_NAMES, `is none of ${ALERT_RULE_NAMES.join(", ")}`))
    .default(["power_above", "peak_above"]),
  reports: z.array(z.enum(REPORT_UNITS, `is none of ${REPORT_UNITS.join(", ")}`)).default([]),
  reports_of: z.string().regex(REPORTS_OF, "is none of all, each, label:<name>").default("all"),
};

/** How a webhook's body is written. */
export const WEBHOOK_FORMS = ["json", "ntfy", "gotify", "telegram"] as const;
export type WebhookForm = (typeof WEBHOOK_FORMS)[number];

const MailChannel = z.strictObject({
  kind: z.literal("mail"),
  host: text,
  /** 465 is TLS from the first byte; on others the connection becomes TLS before anything secret is said. */
  port: z.int("is not a port").min(1, "is not a port").max(65_535, "is not a port").default(465),
  user: text.optional(),
  password: text.optional(),
  from: address,
  to: z.array(address, "is missing").min(1, "is empty").max(50, "has more than 50 addresses"),
  ...common,
});

const WebhookChannel = z
  .strictObject({
    kind: z.literal("webhook"),
    /** Whoever knows it can write there. */
    url: z.string("is missing").refine(isSafeUrl, "is neither https nor an address in the own network"),
    form: z.enum(WEBHOOK_FORMS, `is none of ${WEBHOOK_FORMS.join(", ")}`).default("json"),
    /** For Telegram: who gets it. */
    chat_id: text.optional(),
    ...common,
  })
  .refine(({ form, chat_id }) => form !== "telegram" || chat_id !== undefined, {
    path: ["chat_id"],
    message: "is missing: Telegram needs it",
  });

/** The stage's own topic. */
const SnsChannel = z.strictObject({ kind: z.literal("sns"), ...common });

/** Where people are told. The name is not part of what is stored. */
export const ChannelSettings = z.discriminatedUnion("kind", [MailChannel, WebhookChannel, SnsChannel]);
export type ChannelSettings = z.infer<typeof ChannelSettings>;
export type Channel = ChannelSettings & { name: string };
export type ChannelKind = Channel["kind"];

/** A stored channel, or why it cannot be used. */
export type ParsedChannel =
  | { name: string; channel: Channel; problem?: never }
  | { name: string; channel?: never; problem: string };

/** The fields of a kind of channel that a person may show, and the one that is secret. */
export const CHANNEL_KINDS: Readonly<
  Record<ChannelKind, { fields: readonly string[]; secret: string | undefined }>
> = {
  mail: {
    fields: ["host", "port", "user", "from", "to", ...Object.keys(common)],
    secret: "password",
  },
  webhook: { fields: ["form", "chat_id", ...Object.keys(common)], secret: "url" },
  sns: { fields: Object.keys(common), secret: undefined },
};

/** The channels of a stage. */
export type ChannelStore = NamedSecrets<ChannelSettings, ParsedChannel>;

/** Never throws. The problem does not contain the secret. */
export function parseChannel(name: string, stored: unknown): ParsedChannel {
  const parsed = ChannelSettings.safeParse(stored);
  if (parsed.success) return { name, channel: { ...parsed.data, name } };
  return { name, problem: describeProblems(parsed.error).join("; ") };
}

/** Where a channel goes, as far as anybody may know. */
export function describeChannel(channel: Channel): string {
  switch (channel.kind) {
    case "mail":
      return `mail to ${channel.to.join(", ")}`;
    case "webhook":
      return `${channel.form === "json" ? "webhook" : channel.form} at ${new URL(channel.url).host}`;
    case "sns":
      return "the stage's SNS topic";
  }
}

/** `text` without the channel's secret: a server may repeat what it was sent. */
export function withoutSecret(channel: Channel, said: string): string {
  const secret =
    channel.kind === "mail" ? channel.password : channel.kind === "webhook" ? channel.url : undefined;
  return secret === undefined ? said : said.replaceAll(secret, "[secret]");
}

const OWN_NETWORK = new BlockList();
OWN_NETWORK.addSubnet("10.0.0.0", 8);
OWN_NETWORK.addSubnet("172.16.0.0", 12);
OWN_NETWORK.addSubnet("192.168.0.0", 16);
OWN_NETWORK.addSubnet("127.0.0.0", 8);
OWN_NETWORK.addAddress("::1", "ipv6");
OWN_NETWORK.addSubnet("fc00::", 7, "ipv6");
OWN_NETWORK.addSubnet("fe80::", 10, "ipv6");

const OWN_NAME = /^(localhost|[^.]+|.+\.(local|lan|home\.arpa|internal))$/;

/** At home, Home Assistant and others have no certificate. */
function isSafeUrl(written: string): boolean {
  if (!URL.canParse(written)) return false;
  const { protocol, hostname } = new URL(written);
  if (protocol === "https:") return true;
  const host = hostname.replace(/^\[|\]$/g, "");
  const family = isIP(host);
  const isOwn = family === 0 ? OWN_NAME.test(host) : OWN_NETWORK.check(host, family === 6 ? "ipv6" : "ipv4");
  return protocol === "http:" && isOwn;
}
