import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";

import { stubConfig } from "./peer.ts";

const BATCH_ENTRIES = 10;

/** How many devices are polled at once, here and in ours. */
export const CONCURRENCY = 25;

/**
 * The fetcher's floor: bare `fetch` and bare SendMessageBatch of ten. It keeps no state, validates nothing, and loses
 * what fails.
 */
export function bareFetcher(endpoint: string, deviceIds: readonly string[]): () => Promise<void> {
  const sqs = new SQSClient(stubConfig(endpoint));
  const QueueUrl = `${endpoint}/queue`;
  return async () => {
    const waiting: string[] = [];
    const next = deviceIds.values();
    const poll = async () => {
      for (const device_id of next) {
        const url = `${endpoint}/api/v1/devices/${device_id}/measurements/latest`;
        const response = await fetch(url, { headers: { "X-API-KEY": "bench" } });
        const collection_time = new Date().toISOString();
        for (const { measurement, timestamp, value } of (await response.json()) as Record<
          string,
          unknown
        >[]) {
          const message = {
            v: 1,
            device_id,
            measurement_type: measurement,
            timestamp,
            value,
            collection_time,
          };
          waiting.push(JSON.stringify({ ...message, retention_days: 365 }));
        }
        while (waiting.length >= BATCH_ENTRIES) await send(waiting.splice(0, BATCH_ENTRIES));
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, poll));
    if (waiting.length > 0) await send(waiting);
  };

  async function send(bodies: readonly string[]): Promise<void> {
    const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
}
