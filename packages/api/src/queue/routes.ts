import {
  addToGroups,
  type DeadLetter,
  type DeadLetterGroup,
  letterJson,
} from "@energylive/core/queue/dead-letter";
import type { Hono } from "hono";
import * as z from "zod";

import { limited, parseBody } from "../body.ts";
import type {
  DeadLetterMessage,
  DeadLetterOverview,
  DeadLetterReason,
  PurgeAnswer,
  RedriveAnswer,
} from "../contract.ts";
import { parseQuery } from "../query.ts";
import type { Letters } from "./letters.ts";

/** Messages and devices shown for each reason. */
const SHOWN_MESSAGES = 20;
const SHOWN_DEVICES = 100;

/** A request has about a hundred bytes. */
const MOST_BODY_BYTES = 4_096;

const LONGEST_TEXT = 1_000;

const text = z.string().max(LONGEST_TEXT, "is too long").nullable();
const Agreed = z.object({
  reason: text,
  message_id: text,
  confirm: z.int("is not a number of messages").min(0, "is not a number of messages"),
});

export function addQueueRoutes(app: Hono, { letters }: { letters: Letters }): void {
  const limit = limited(MOST_BODY_BYTES);

  app.get("/api/dlq", async (context) => {
    const all = await letters.all();
    return context.json({ ...overview(all), redriven: letters.redriven(all) } satisfies DeadLetterOverview);
  });

  app.get("/api/dlq/export", async (context) => {
    const { reason } = parseQuery(context, z.object({ reason: text.default(null) }));
    const wanted = (await letters.all()).filter((letter) => reason === null || letter.reason === reason);
    return context.body(wanted.map((letter) => `${JSON.stringify(letterJson(letter))}\n`).join(""), 200, {
      "content-type": "application/x-ndjson; charset=utf-8",
      "content-disposition": 'attachment; filename="energylive_dead-letters.ndjson"',
    });
  });

  app.post("/api/dlq/redrive", limit, async (context) => {
    const request = await parseBody(context, Agreed);
    return context.json((await letters.redrive(request)) satisfies RedriveAnswer);
  });

  app.post("/api/dlq/purge", limit, async (context) => {
    const request = await parseBody(context, Agreed);
    return context.json((await letters.purge(request)) satisfies PurgeAnswer);
  });
}

function overview(all: readonly DeadLetter[]): Omit<DeadLetterOverview, "redriven"> {
  const groups = new Map<string, DeadLetterGroup>();
  for (const letter of all) addToGroups(groups, letter);
  const newestFirst = [...all].sort((a, b) => b.seenAt - a.seenAt);
  const reasons = [...groups.values()].map((group) => reasonOf(group, newestFirst));
  return { total: all.length, groups: reasons.sort((a, b) => b.count - a.count) };
}

function reasonOf(group: DeadLetterGroup, newestFirst: readonly DeadLetter[]): DeadLetterReason {
  const { reason, count, firstSeenAt, lastSeenAt, devices } = group;
  const shown = newestFirst.filter((letter) => letter.reason === reason).slice(0, SHOWN_MESSAGES);
  return {
    reason,
    count,
    first_seen_at: firstSeenAt,
    last_seen_at: lastSeenAt,
    devices: [...devices].sort().slice(0, SHOWN_DEVICES),
    messages: shown.map(messageOf),
  };
}

function messageOf(letter: DeadLetter): DeadLetterMessage {
  const { messageId, detail = null, deviceId = null, seenAt, body } = letter;
  return {
    message_id: messageId,
    detail,
    device_id: deviceId,
    seen_at: seenAt,
    body,
    attributes: attributesOf(letter),
  };
}

function attributesOf({ attributes }: DeadLetter): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { StringValue }]) => [name, StringValue ?? "(binary)"]),
  );
}
