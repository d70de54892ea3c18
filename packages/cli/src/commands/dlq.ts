import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { KNOWN_REASONS } from "@energylive/core/queue/reasons";

import { documented, run, withCommonOptions } from "../command.ts";

const LETTER_JSON =
  "`{ message_id, reason, detail, failed_in, seen_at, device_id, receive_count, body, attributes }`";

const REASON_VALUES = { "--reason": KNOWN_REASONS };

/** `energylive dlq …` */
export function addDlqCommand(program: CommandUnknownOpts): void {
  const dlq = documented(
    program.command("dlq").description("the dead-letter queue: what could not be stored, and why"),
    {
      examples: [
        ["dlq list", "what is there, by reason"],
        ["dlq redrive --reason unknown_version", "try again, after mending the cause"],
      ],
    },
  );

  documented(
    withCommonOptions(
      dlq
        .command("list")
        .description("messages by reason, with counts, first and last seen, and devices touched")
        .option("--all", "each message"),
    ),
    {
      examples: [
        ["dlq list", "one row for each reason"],
        ["dlq list --all", "one row for each message"],
      ],
      json: `\`[{ reason, count, first_seen_at, last_seen_at, devices, detail, advice }]\`; with --all an array of ${LETTER_JSON}`,
      notes: [
        "Reading deletes nothing: messages are hidden from others while they are read, and given back at once.",
      ],
    },
  ).action((options) =>
    run(options, async (context) => (await import("../dlq/list.ts")).listLetters(context, options)),
  );

  documented(
    withCommonOptions(
      dlq
        .command("show")
        .description("one message: its body, its attributes, what failed and how to mend it")
        .argument("<id>", "its message id, or the beginning of it"),
    ),
    {
      examples: [["dlq show 5f1c0a1e", "an id of dlq list --all"]],
      json: `${LETTER_JSON} and \`advice\``,
    },
  ).action((id, options) =>
    run(options, async (context) => (await import("../dlq/show.ts")).showLetter(context, id)),
  );

  documented(
    withCommonOptions(
      dlq
        .command("redrive")
        .description("move messages back into the measurement queue")
        .option("--reason <reason>", "those with this reason; none: those without")
        .option("--id <id>", "the message with this id, or the beginning of it")
        .option("--device <id>", "those about this device")
        .option("--dry-run", "only say what would be moved"),
    ),
    {
      examples: [
        ["dlq redrive --reason rejected_by_dynamodb --dry-run", "what would be moved"],
        ["dlq redrive --reason rejected_by_dynamodb", "move it"],
        ["dlq redrive", "everything"],
      ],
      values: REASON_VALUES,
      json: "`{ matched, moved, left }`, all counts; with --dry-run `moved` is 0",
      notes: [
        "A message is sent, and deleted after SQS has accepted it, so at no time is it in neither queue. A measurement that is stored twice lands on the same item. Everything at once is moved by SQS itself, where it can. What still cannot be stored comes back with its reason.",
      ],
    },
  ).action((options) =>
    run(options, async (context) => (await import("../dlq/redrive.ts")).redrive(context, options)),
  );

  documented(
    withCommonOptions(
      dlq
        .command("export")
        .description("write every message to a file, one line of JSON each")
        .argument("<file>", "the file; - is standard output")
        .option("--reason <reason>", "those with this reason; none: those without"),
    ),
    {
      examples: [["dlq export letters.ndjson", "before a purge"]],
      values: REASON_VALUES,
      json: `\`{ file, messages }\`; each line of the file is ${LETTER_JSON}`,
    },
  ).action((file, options) =>
    run(options, async (context) => (await import("../dlq/export.ts")).exportLetters(context, file, options)),
  );

  documented(
    withCommonOptions(
      dlq
        .command("purge")
        .description("delete messages for good, after asking")
        .option("--reason <reason>", "those with this reason; none: those without")
        .option("--export <file>", "write them to this file first")
        .option("--yes", "do not ask; needed without a terminal"),
    ),
    {
      examples: [
        ["dlq purge --reason invalid_json", "asks, and offers to export first"],
        ["dlq purge --export letters.ndjson --yes", "for scripts"],
      ],
      values: REASON_VALUES,
      json: "`{ purged, exported_to }`",
      notes: ["Exactly the messages that were counted are deleted, none that came after."],
    },
  ).action((options) =>
    run(options, async (context) => (await import("../dlq/purge.ts")).purge(context, options)),
  );
}
