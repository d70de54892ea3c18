import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";

/** Receives in flight at once: a long run leaves many thousands of messages. */
const RECEIVERS = 8;

/** SendMessageBatch's limits. */
const BATCH_ENTRIES = 10;
const BATCH_BYTES = 256 * 1024;

/** Takes every message out of a queue. */
export async function takeAll(sqs: SQSClient, QueueUrl: string): Promise<Message[]> {
  const taken: Message[] = [];
  async function take(): Promise<void> {
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: BATCH_ENTRIES,
          MessageAttributeNames: ["All"],
          MessageSystemAttributeNames: ["All"],
        }),
      );
      if (Messages.length === 0) return;
      taken.push(...Messages);
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
  }
  await Promise.all(Array.from({ length: RECEIVERS }, take));
  return taken;
}

/** Sends bodies, as many per request as SQS takes. */
export async function sendAll(sqs: SQSClient, QueueUrl: string, bodies: readonly string[]): Promise<void> {
  let batch: string[] = [];
  let bytes = 0;
  async function flush(): Promise<void> {
    if (batch.length === 0) return;
    const Entries = batch.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    batch = [];
    bytes = 0;
    const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    if (Failed.length > 0) throw new Error(`SQS refused a body: ${Failed[0]?.Message}`);
  }
  for (const body of bodies) {
    const size = Buffer.byteLength(body);
    if (batch.length === BATCH_ENTRIES || bytes + size > BATCH_BYTES) await flush();
    batch.push(body);
    bytes += size;
  }
  await flush();
}
