import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ResourceNames } from "@energylive/core/settings/names";
import * as z from "zod";

import { DATABASE } from "../services/sqs.ts";
import { type BackupMessage, QUEUES } from "./format.ts";

/** As fauxqs keeps a message. */
const Row = z.object({ queue_name: z.string(), body: z.string(), message_attributes: z.string() });

const Attributes = z.record(z.string(), z.object({ StringValue: z.string() }));

/**
 * Every message of the queues and their dead-letter queues at one moment, those in flight included, oldest first. Read from the
 * queues' file beside the service that writes it: to receive a message would hide it from the consumer.
 *
 * @param file of the queues, which need not exist
 */
export function* queuedMessages(file: string, names: ResourceNames): Generator<BackupMessage> {
  if (!existsSync(file)) return;
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = database
      .prepare("SELECT queue_name, body, message_attributes FROM sqs_messages ORDER BY sent_timestamp")
      .iterate();
    for (const row of rows) {
      const { queue_name, body, message_attributes } = Row.parse(row);
      const queue = QUEUES.find((one) => names[one] === queue_name);
      if (queue === undefined) continue;
      const attributes = Object.entries(Attributes.parse(JSON.parse(message_attributes)));
      yield {
        queue,
        body,
        attributes: Object.fromEntries(attributes.map(([name, { StringValue }]) => [name, StringValue])),
      };
    }
  } finally {
    database.close();
  }
}

/** Where a stack keeps its queues. */
export function queuesFile(folder: string): string {
  return join(folder, "sqs", DATABASE);
}
