/** One peer consumes messages against the stub; prints what it cost as JSON. A process of its own, run by bench.ts. */
import { parseArgs } from "node:util";

import type { SQSEvent } from "aws-lambda";

import { floor } from "./peers/floor.ts";
import { ours } from "./peers/ours.ts";
import type { ConsumerPeer } from "./peers/peer.ts";
import { powertools } from "./peers/powertools.ts";
import { pythonWay } from "./peers/python-way.ts";
import { samplePattern } from "./peers/sample-pattern.ts";

const PEERS: Record<string, (endpoint: string) => ConsumerPeer> = {
  "python way": pythonWay,
  "sample pattern": samplePattern,
  powertools,
  floor,
  ours,
};

const { values } = parseArgs({
  options: {
    peer: { type: "string", default: "ours" },
    endpoint: { type: "string", default: "" },
    messages: { type: "string", default: "10000" },
    warmup: { type: "string", default: "2000" },
  },
});
const BATCH = 100;

const create = PEERS[values.peer];
if (create === undefined) throw new RangeError(`there is no peer "${values.peer}"`);
const consume: ConsumerPeer = create(values.endpoint);
await run(Number(values.warmup));
const cpu = process.cpuUsage();
const startedAt = performance.now();
await run(Number(values.messages));
const wallMs = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpu);
process.stdout.write(
  JSON.stringify({ messages: Number(values.messages), cpuMs: (user + system) / 1000, wallMs }),
);
process.exit(0);

async function run(messages: number): Promise<void> {
  for (let sent = 0; sent < messages; sent += BATCH) {
    const { batchItemFailures } = await consume(event(sent));
    if (batchItemFailures.length > 0)
      throw new Error(`${values.peer} failed ${batchItemFailures.length} messages`);
  }
}

function event(first: number): SQSEvent {
  return { Records: Array.from({ length: BATCH }, (_, index) => record(first + index)) };
}

function record(index: number): SQSEvent["Records"][number] {
  const timestamp = 1726559995000 + index * 1000;
  return {
    messageId: `message-${index}`,
    receiptHandle: `receipt-${index}`,
    body: `{"v":1,"device_id":"I-10082023-${String(index % 1000).padStart(8, "0")}","measurement_type":"0100010700","timestamp":${timestamp},"value":${index % 3000},"collection_time":"2024-09-17T08:00:00.123Z","retention_days":365}`,
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "1726559996000",
      SenderId: "sender",
      ApproximateFirstReceiveTimestamp: "1726559996100",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:energylive-production-measurements",
    awsRegion: "eu-central-1",
  };
}
