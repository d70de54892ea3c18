/** One peer consumes messages against the stub; prints what it cost as JSON. A process of its own, run by bench.ts. */
import { parseArgs } from "node:util";

import { batchEvent } from "./event.ts";
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
    batch: { type: "string", default: "100" },
  },
});
const batchSize = Number(values.batch);

const create = PEERS[values.peer];
if (create === undefined) throw new RangeError(`peer "${values.peer}" not found`);
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
  for (let sent = 0; sent < messages; sent += batchSize) {
    const { batchItemFailures } = await consume(batchEvent(sent, Math.min(batchSize, messages - sent)));
    if (batchItemFailures.length > 0)
      throw new Error(`${values.peer} failed ${batchItemFailures.length} messages`);
  }
}
