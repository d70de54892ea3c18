import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import {
  CHANNEL_KINDS,
  type ChannelKind,
  ChannelSettings,
  describeChannel,
} from "@energylive/core/notify/channel";
import { ChannelName } from "@energylive/core/notify/channel-name";
import { describeProblems } from "@energylive/core/problems";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { UsageError } from "../errors.ts";
import { commandFor } from "../stage/stage.ts";
import { readSecret } from "../terminal/secret.ts";
import { shownChannel } from "./list.ts";

const KINDS: ChannelKind[] = ["mail", "webhook", "sns"];

/** What is asked for, by the field that holds it. */
const PROMPTS: Readonly<Record<string, string>> = {
  password: "The password of the mail server",
  url: "The webhook's address",
};

const LISTS = new Set(["to", "urgent", "reports"]);

/** `energylive channels set` */
export function defineSet(channels: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      channels
        .command("set")
        .description("add a channel, or change some fields of one")
        .argument("<name>", "what devices call it in their field channels")
        .argument("<kind>", KINDS.join(", "))
        .argument("[field=value...]", "its fields; field= removes one")
        .option("--new-secret", "ask for the secret of a channel that is there already"),
    ),
    {
      examples: [
        ["channels set phone webhook form=ntfy quiet_hours=22:00-07:00", "asks for the address, hidden"],
        [
          "channels set post mail host=smtp.example.com user=me@example.com from=me@example.com to=me@example.com reports=month,year",
          "asks for the password",
        ],
        ["channels set people sns", "the deployed stage's SNS topic"],
        ["channels set phone webhook language=de", "changes one field"],
      ],
      json: "the channel, without its secret",
      notes: [
        ...KINDS.map((kind) => `${kind}: ${CHANNEL_KINDS[kind].fields.join(", ")}.`),
        "The address of a webhook and the password of a mail server are secrets: they are asked for, or read from standard input, and kept where the keys are. docs/notifications.md explains each field.",
      ],
    },
  ).action((name, kind, fields, options) =>
    run(options, (context) => set(context, { name, kind, fields, asks: options.newSecret === true })),
  );
}

async function set(
  { open, output }: Context,
  given: { name: string; kind: string; fields: readonly string[]; asks: boolean },
): Promise<void> {
  const { name, fields, asks } = given;
  const kind = KINDS.find((known) => known === given.kind);
  if (kind === undefined)
    throw new UsageError(`there is no kind "${given.kind}"; there are ${KINDS.join(", ")}`);
  if (!ChannelName.safeParse(name).success)
    throw new UsageError(
      `"${name}" is not a channel's name: use up to 64 letters, digits, dots, hyphens and underscores`,
    );
  const changes = fields.map((field) => readField(kind, field));
  const stage = await open();
  const channels = await stage.channels();
  const known = (await channels.list()).find((channel) => channel.name === name)?.channel;
  const { name: _, ...before } = known?.kind === kind ? known : { name, kind };
  const next: Record<string, unknown> = { ...before, ...Object.fromEntries(changes) };
  const secret = CHANNEL_KINDS[kind].secret;
  // A mail server in the own network may want no password.
  const needsSecret = secret !== undefined && (kind !== "mail" || next.user !== undefined);
  if (needsSecret && (asks || next[secret] === undefined)) {
    // Without the secret everything else is checked first: nobody types it twice.
    checked({ ...next, [secret]: kind === "webhook" ? "https://example.com" : "x" });
    next[secret] = (await readSecret(PROMPTS[secret] ?? secret)).trim();
  }
  const settings = checked(next);
  await channels.set(name, settings);
  const channel = { ...settings, name };
  await output.result(
    shownChannel({ name, channel }),
    `The channel "${name}" is set: ${describeChannel(channel)}. Try it: ${commandFor(stage, `alerts test ${name}`)}`,
  );
}

/** @throws {UsageError} that names every wrong field, and never the secret's value */
function checked(settings: Record<string, unknown>): ChannelSettings {
  const parsed = ChannelSettings.safeParse(settings);
  if (parsed.success) return parsed.data;
  throw new UsageError(describeProblems(parsed.error).join("; "));
}

function readField(kind: ChannelKind, written: string): [field: string, value: unknown] {
  const at = written.indexOf("=");
  const { fields, secret } = CHANNEL_KINDS[kind];
  const field = written.slice(0, at);
  if (at > 0 && field === secret)
    throw new UsageError(`${field} is secret: leave it out; the command asks for it or reads standard input`);
  if (at < 1 || !fields.includes(field))
    throw new UsageError(
      `${kind} has no field ${at < 1 ? `like "${written}"` : field}; it has ${fields.join(", ")}`,
    );
  const value = written.slice(at + 1);
  if (value === "") return [field, undefined];
  if (LISTS.has(field)) return [field, value.split(",").map((part) => part.trim())];
  return [field, field === "port" ? Number(value) : value];
}
