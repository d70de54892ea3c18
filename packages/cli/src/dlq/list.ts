import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import {
  addToGroups,
  type DeadLetter,
  type DeadLetterGroup,
  letterJson,
} from "@energylive/core/queue/dead-letter";
import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { localTime } from "../terminal/measurement-table.ts";
import { table } from "../terminal/table.ts";
import { wrapped } from "../terminal/wrap.ts";
import { reasonOf } from "../texts.ts";
import { LETTER_JSON, messages, withLetters } from "./letters.ts";
import { onQueue, queueOption } from "./queue.ts";

/** How many devices a row names; above that, only their number is given. */
const NAMED_DEVICES = 2;

/** Length of a detail or a body, so a row stays on one line. */
const SHOWN_CHARACTERS = 60;

/** Length of an id; a few characters tell ids apart. */
const LEAST_ID = 8;

const EMPTY = "The dead-letter queue is empty: everything could be stored.";

/** `energylive dlq list` */
export function defineList(dlq: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      dlq
        .command("list")
        .description("messages by reason: how many, first and last seen, which devices")
        .addOption(queueOption())
        .option("--all", "each message"),
    ),
    {
      examples: [
        ["dlq list", "one row for each reason"],
        ["dlq list --all", "one row for each message"],
      ],
      json: `[{ reason, count, first_seen_at, last_seen_at, devices, detail, advice }]; with --all an array of ${LETTER_JSON}`,
      notes: [
        "Reading deletes nothing. Messages are hidden from others while they are read, and given back at once.",
      ],
    },
  ).action((options) => run(options, (context) => listLetters(onQueue(context, options), options)));
}

async function listLetters(context: Context, options: { all?: true | undefined }): Promise<void> {
  if (options.all === true) return listAll(context);
  const groups = new Map<string, DeadLetterGroup>();
  await withLetters(context, async (letters) => {
    for await (const letter of letters) addToGroups(groups, letter);
  });
  const sorted = [...groups.values()].sort((a, b) => b.count - a.count);
  await context.output.result(sorted.map(groupJson), sorted.length === 0 ? EMPTY : groupsText(sorted));
}

async function listAll(context: Context): Promise<void> {
  const all: DeadLetter[] = [];
  await withLetters(context, async (letters) => {
    for await (const letter of letters) all.push(letter);
  });
  all.sort((a, b) => a.seenAt - b.seenAt);
  const idLength = distinctLength(all.map(({ messageId }) => messageId));
  const rows = all.map((letter) => [
    letter.messageId.slice(0, idLength),
    letter.reason,
    localTime(letter.seenAt),
    letter.deviceId ?? "",
    short(letter.detail ?? letter.body),
  ]);
  const columns = [
    { title: "id" },
    { title: "reason" },
    { title: "seen" },
    { title: "device" },
    { title: "detail", shrinks: true as const },
  ];
  await context.output.result(all.map(letterJson), all.length === 0 ? EMPTY : table(columns, rows));
}

/** The first characters of each id; a whole id takes half of a terminal. */
function distinctLength(ids: readonly string[]): number {
  for (let length = LEAST_ID; ; length += 1) {
    const beginnings = new Set(ids.map((id) => id.slice(0, length)));
    if (beginnings.size === ids.length || ids.every((id) => id.length <= length)) return length;
  }
}

function groupJson(group: DeadLetterGroup) {
  const { reason, count, detail } = group;
  return {
    reason,
    count,
    first_seen_at: new Date(group.firstSeenAt).toISOString(),
    last_seen_at: new Date(group.lastSeenAt).toISOString(),
    devices: [...group.devices].sort(),
    detail,
    advice: reasonOf(reason).advice,
  };
}

function groupsText(groups: readonly DeadLetterGroup[]): string {
  const rows = groups.map((group) => [
    group.reason,
    String(group.count),
    localTime(group.firstSeenAt),
    localTime(group.lastSeenAt),
    deviceCell(group.devices),
  ]);
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  const columns = [
    { title: "reason" },
    { title: "count", align: "right" as const },
    { title: "first seen" },
    { title: "last seen" },
    { title: "devices", shrinks: true as const },
  ];
  const advice = groups.map(({ reason }) => {
    const { meaning, advice: whatToDo } = reasonOf(reason);
    return wrapped(`${reason}: ${meaning} ${whatToDo}`, { indent: "  ", taken: 0 });
  });
  return [table(columns, rows), "", messages(total), ...advice].join("\n");
}

function deviceCell(devices: ReadonlySet<string>): string {
  const named = [...devices].sort();
  if (named.length <= NAMED_DEVICES) return named.join(", ");
  return `${named.slice(0, NAMED_DEVICES).join(", ")} and ${named.length - NAMED_DEVICES} more`;
}

function short(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= SHOWN_CHARACTERS ? line : `${line.slice(0, SHOWN_CHARACTERS - 1)}…`;
}
