import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { systemClock } from "@energylive/core/clock";
import { createLog } from "@energylive/core/log";
import { moveAllMessages } from "@energylive/core/queue/move-task";
import { type RedriveResult, redriveLetters } from "@energylive/core/queue/redrive";
import { createQueueSender } from "@energylive/core/queue/sender";

import type { Context } from "../command.ts";
import { EXIT_FAILED, UsageError } from "../errors.ts";
import type { Queues, Target } from "../target/target.ts";
import { type LetterFilter, matching, messages, withLetters } from "./letters.ts";

/** Well before what was read becomes visible again. */
const SEND_TIME_MS = 300_000;

export interface RedriveOptions extends LetterFilter {
  dryRun?: true | undefined;
}

/** Moves messages back into the measurement queue, by SQS itself where everything goes and it can. */
export async function redrive(context: Context, options: RedriveOptions): Promise<number> {
  const { output } = context;
  checkUsage(options);
  const target = await context.open();
  const isEverything = [options.reason, options.id, options.device].every((filter) => filter === undefined);
  if (isEverything && options.dryRun !== true) {
    const moved = await moveEverything(context, target);
    if (moved !== undefined) return report(context, target, { matched: moved, moved, left: 0 });
  }
  const result = await withLetters(context, async (letters, dlq) => {
    const matched = await matching(letters, options);
    if (options.dryRun === true) return { matched: matched.length, moved: 0, left: matched.length };
    const progress = await output.progress(`Moving ${messages(matched.length)}`);
    try {
      const queue = sender(await target.queues());
      const moved = await redriveLetters(matched, {
        dlq,
        queue,
        onMoved: (count) => progress.say(`Moving ${messages(matched.length)}: ${count} are moved`),
        signal: context.signal,
      });
      return { matched: matched.length, ...moved };
    } finally {
      progress.end();
    }
  });
  if (options.dryRun === true) {
    await output.result(result, `${messages(result.matched)} would be moved into the measurement queue.`);
    return 0;
  }
  return report(context, target, result);
}

function checkUsage({ reason, id, device }: RedriveOptions): void {
  for (const [option, value] of Object.entries({ reason, id, device }))
    if (value === "") throw new UsageError(`--${option} is empty`);
}

async function moveEverything({ output }: Context, target: Target): Promise<number | undefined> {
  const { sqs, queueUrl, dlqUrl } = await target.queues();
  const progress = await output.progress("Moving everything");
  try {
    return await moveAllMessages({
      sqs,
      sourceArn: await arnOf(sqs, dlqUrl),
      destinationArn: await arnOf(sqs, queueUrl),
      clock: systemClock,
      onMoved: (count) => progress.say(`Moving everything: ${messages(count)} so far`),
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
    deadlineAt: Date.now() + SEND_TIME_MS,
  });
}

async function report(
  { output }: Context,
  target: Target,
  result: RedriveResult & { matched: number },
): Promise<number> {
  const when = target.isRunning ? "" : " They are stored when the stack runs again (npm start).";
  const moved =
    result.matched === 0
      ? "No message matches: nothing was moved."
      : `${messages(result.moved)} moved into the measurement queue.${when}`;
  const left =
    result.left === 0
      ? ""
      : `\n${messages(result.left)} could not be moved and stay in the dead-letter queue: run the same again.`;
  await output.result(result, `${moved}${left}`);
  return result.left === 0 ? 0 : EXIT_FAILED;
}
