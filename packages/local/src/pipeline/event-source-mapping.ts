import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import type { Log } from "@energylive/core/log";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { Consumer } from "sqs-consumer";

import { Batcher } from "./batcher.ts";
import { sqsRecord } from "./record.ts";

/** ReceiveMessage's limit. */
const RECEIVE_MESSAGES = 10;

/**
 * Each poller waits for its batch before it receives again, and each long poll holds a connection that senders need too.
 * Lambda has more of both, and collects larger batches.
 */
const MAX_POLLERS = 10;

/** Well below the request timeout of the handlers' clients, which would otherwise end each idle long poll with an error. */
const LONG_POLL_SECONDS = 2;

const STOP_CHECK_MS = 10;

/** After an SQS connection error; the default of sqs-consumer is ten seconds. */
const PAUSE_AFTER_ERROR_MS = 1_000;

export interface EventSourceMapping {
  /** Finishes what was received, then stops. */
  stop(): Promise<void>;
}

/**
 * Lambda's event source mapping for SQS: receives with long polls, collects batches of `batchSize`, at most a hundred,
 * within `windowSeconds`, invokes the handler, and deletes the messages that it does not list in `batchItemFailures`.
 * Listed messages, and all messages of an invocation that throws, stay in flight until their visibility timeout ends.
 */
export function startEventSourceMapping(options: {
  sqs: SQSClient;
  queueUrl: string;
  batchSize: number;
  windowSeconds: number;
  handler: (event: SQSEvent) => Promise<SQSBatchResponse>;
  log: Log;
}): EventSourceMapping {
  const { sqs, queueUrl, batchSize, windowSeconds, handler, log } = options;
  const pollerCount = Math.min(MAX_POLLERS, Math.ceil(batchSize / RECEIVE_MESSAGES));
  const batcher = new Batcher<Message, boolean>({
    size: Math.min(batchSize, pollerCount * RECEIVE_MESSAGES),
    windowMs: windowSeconds * 1000,
    run: (messages) => invoke(handler, messages, log),
  });
  let stopping = false;
  /** Pollers that wait for messages and hold none. */
  const waiting = new Set<Consumer>();
  const pollers = Array.from({ length: pollerCount }, () => {
    const poller: Consumer = Consumer.create({
      sqs,
      queueUrl,
      batchSize: Math.min(batchSize, RECEIVE_MESSAGES),
      waitTimeSeconds: LONG_POLL_SECONDS,
      authenticationErrorTimeout: PAUSE_AFTER_ERROR_MS,
      preReceiveMessageCallback: async () => void waiting.add(poller),
      postReceiveMessageCallback: async () => void waiting.delete(poller),
      messageSystemAttributeNames: ["All"],
      messageAttributeNames: ["All"],
      async handleMessageBatch(messages) {
        const done = await Promise.all(messages.map((message) => batcher.add(message)));
        return messages.filter((_, index) => done[index]);
      },
    });
    poller.on("error", (error) => {
      if (!stopping) log.warn({ event: "receive_failed", error });
    });
    poller.start();
    return poller;
  });
  return {
    async stop() {
      stopping = true;
      for (const poller of pollers) poller.stop({ abort: waiting.has(poller) });
      batcher.hurry();
      // The others finish what they received: they invoke the handler and delete what was stored.
      while (pollers.some((poller) => poller.status.isPolling)) {
        await new Promise((resolve) => setTimeout(resolve, STOP_CHECK_MS));
      }
    },
  };
}

/** Whether each message is finished. */
async function invoke(
  handler: (event: SQSEvent) => Promise<SQSBatchResponse>,
  messages: readonly Message[],
  log: Log,
): Promise<boolean[]> {
  try {
    const { batchItemFailures } = await handler({ Records: messages.map(sqsRecord) });
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const ids = new Set(messages.map(({ MessageId }) => MessageId));
    // Like Lambda: an answer that names a message it was not given fails the whole batch.
    if ([...failed].some((id) => !ids.has(id))) return messages.map(() => false);
    return messages.map(({ MessageId = "" }) => !failed.has(MessageId));
  } catch (error) {
    log.error({ event: "consumer_failed", messages: messages.length, error });
    return messages.map(() => false);
  }
}
