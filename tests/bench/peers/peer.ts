import type { SQSBatchResponse, SQSEvent } from "aws-lambda";

/** A consumer of measurement messages, as a Lambda handler. */
export type ConsumerPeer = (event: SQSEvent) => Promise<SQSBatchResponse>;

/** What a client is told to reach the stub. */
export function stubConfig(endpoint: string) {
  return {
    endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
  };
}

export const TABLE = "EnergyLiveData";

/** A message's body, in the form that every peer is given. */
export interface MessageBody {
  device_id: string;
  measurement_type: string;
  timestamp: number;
  value: number;
  collection_time: string;
  retention_days: number;
}

/** The item of a message, as all peers except ours make it: through a double, without a unit. */
export function plainItem(message: MessageBody) {
  const { device_id, measurement_type, timestamp, value, collection_time, retention_days } = message;
  return {
    device_id: { S: device_id },
    measurement_key: { S: `${String(timestamp).padStart(13, "0")}#${measurement_type}` },
    timestamp: { N: String(timestamp) },
    iso_timestamp: { S: new Date(timestamp).toISOString() },
    measurement_type: { S: measurement_type },
    value: { N: String(value) },
    collection_time: { S: collection_time },
    ttl: { N: String(Math.floor(timestamp / 1000) + retention_days * 86_400) },
  };
}
