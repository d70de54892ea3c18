import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { systemClock } from "@energylive/core/clock";
import { createLog } from "@energylive/core/log";
import type { DeadLetter } from "@energylive/core/queue/dead-letter";
import type { DeadLetterQueue } from "@energylive/core/queue/dead-letter-queue";
import { moveAllMessages } from "@energylive/core/queue/move-task";
import type { Queues } from "@energylive/core/queue/queues";
import { REDRIVE_MS, type RedriveResult, redriveLetters } from "@energylive/core/queue/redrive";
import { createQueueSender } from "@energylive/core/queue/sender";

import { documented, run, withCommonOptions } from "../command.ts";
import { EXIT_FAILED, FailedError } from "../errors.ts";
import type { Stage } from "../stage/stage.ts";
import { checkFilter, type LetterFilter, messages, select, withLetters } from "./letters.ts";
import { type DlqContext, onQueue, queueOption } from "./queue.ts";

type Result = RedriveResult & { matched: number };

interface RedriveOptions extends LetterFilter {
  dryRun?: true | undefined;
}

/** `energylive dlq redrive` */
export function defineRedrive(dlq: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      dlq
        .command("redrive")
        .description("move messages back to the queue that they came from")
        .addOption(queueOption())
        .option("--reason <reason>", "only messages with this reason (none: without a reason)")
        .option("--id <id>", "only the message with this id, or its beginning")
        .option("--device <id>", "only messages about this device")
        .option("--dry-run", "only say what would be moved"),
    ),
    {
      examples: [
        ["dlq redrive --reason rejected_by_dynamodb --dry-run", "what would be moved"],
        ["dlq redrive --reason rejected_by_dynamodb", "move it"],
        ["dlq redrive", "everything"],
      ],
      json: "{ matched, moved, left }, all counts; with --dry-run moved is 0",
      notes: [
        "A message is sent, and deleted after SQS has accepted it, so it is never in neither queue. A measurement that is stored twice lands on the same item. When everything is moved, SQS does it by itself if it can. A message that still cannot be stored comes back with its reason.",
      ],
    },
  ).action((options) => run(options, (context) => redrive(onQueue(context, options), options)));
}

/** Moves messages back to the measurement queue; SQS does it by itself when everything is moved and it can. */
export async function redrive(context: DlqContext, options: RedriveOptions): Promise<number> {
  const { reason, id, device, dryRun } = options;
  checkFilter({ reason, id, device });
  const stage = await context.open();
  const isEverything = [reason, id, device].every((filter) => filter === undefined);
  if (isEverything && dryRun !== true) {
    const moved = await moveEverything(context, stage);
    if (moved !== undefined)
      return report(context, stage, { matched: moved, moved, left: 0 }, "The dead-letter queue is empty");
  }
  if (dryRun === true) return preview(context, options);
  const { result, noneText } = await withLetters(context, async (all, dlq, signal) => {
    const { letters, noneText: none } = await select(all, options);
    return { result: await moveSome(letters, dlq, context, signal), noneText: none };
  });
  return report(context, stage, result, noneText);
}

async function preview(context: DlqContext, options: RedriveOptions): Promise<number> {
  const { letters, noneText } = await withLetters(context, (all) => select(all, options));
  await context.output.result(
    { matched: letters.length, moved: 0, left: letters.length },
    letters.length === 0
      ? `${noneText}: nothing would be moved.`
      : `${messages(letters.length)} would be moved to the ${context.queue}.`,
  );
  return 0;
}

async function moveSome(
  letters: readonly DeadLetter[],
  dlq: DeadLetterQueue,
  { open, output }: DlqContext,
  signal: AbortSignal,
): Promise<Result> {
  const queues = await (await open()).queues();
  const progress = await output.progress(`Moving ${messages(letters.length)}`);
  try {
    const moved = await redriveLetters(letters, {
      dlq,
      queue: sender(queues),
      onMoved: (count) => progress.say(`Moving ${messages(letters.length)}: ${count} moved`),
      signal,
    });
    return { matched: letters.length, ...moved };
  } finally {
    progress.end();
  }
}

async function moveEverything(
  { output, untilStopped }: DlqContext,
  stage: Stage,
): Promise<number | undefined> {
  const { sqs, queueUrl, dlqUrl } = await stage.queues();
  const progress = await output.progress("Moving everything");
  const signal = untilStopped();
  try {
    return await moveAllMessages({
      sqs,
      sourceArn: await arnOf(sqs, dlqUrl),
      destinationArn: await arnOf(sqs, queueUrl),
      clock: systemClock,
      onMoved: (count) => progress.say(`Moving everything: ${messages(count)} so far`),
      signal,
    });
  } catch (error) {
    if (!signal.aborted || !(error instanceof Error)) throw error;
    throw new FailedError(error.message, {
      advice: "run the same command again to move the others",
      cause: error,
    });
  } finally {
    progress.end();
  }
}

async function arnOf(sqs: SQSClient, QueueUrl: string): Promise<string> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  return Attributes?.QueueArn ?? "";
}

function sender({ sqs, queueUrl }: Queues) {
  return createQueueSender({
    sqs,
    queueUrl,
    clock: systemClock,
    random: Math.random,
    log: createLog({ level: "silent" }),
    deadlineAt: Date.now() + REDRIVE_MS,
  });
}

async function report(
  { output, queue }: DlqContext,
  stage: Stage,
  result: Result,
  noneText: string,
): Promise<number> {
  const when = stage.isRunning ? "" : " They are worked off when the stack runs again (npm start).";
  const moved =
    result.matched === 0
      ? `${noneText}: nothing was moved.`
      : `${messages(result.moved)} moved to the ${queue}.${when}`;
  const left =
    result.left === 0
      ? ""
      : `\n${messages(result.left)} were not moved and are still in the dead-letter queue: run the same command again.`;
  await output.result(result, `${moved}${left}`);
  return result.left === 0 ? 0 : EXIT_FAILED;
}
