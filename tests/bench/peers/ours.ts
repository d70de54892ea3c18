import { createBatchDynamoDB } from "@energylive/functions/clients";
import { createConsumerHandler } from "@energylive/functions/consumer-handler";

import { type ConsumerPeer, stubConfig, TABLE } from "./peer.ts";
import { processParts } from "./process-parts.ts";

/** This project's consumer as it is deployed: validation, logs and all. */
export function ours(endpoint: string): ConsumerPeer {
  const handler = createConsumerHandler({
    environment: {
      LOG_LEVEL: "info",
      DEBUG: "false",
      STAGE: "bench",
      MEASUREMENTS_TABLE: TABLE,
      ALERTS_TABLE: "alerts",
      MEASUREMENT_QUEUE_URL: `${endpoint}/queue`,
      MEASUREMENT_DLQ_URL: `${endpoint}/dlq`,
      PROFILE_QUEUE_URL: `${endpoint}/profiles`,
      PROFILE_DELAY_SECONDS: 900,
    },
    dynamodb: createBatchDynamoDB(stubConfig(endpoint)),
    ...processParts(endpoint),
  });
  return (event) => handler(event, { getRemainingTimeInMillis: () => 60_000 });
}
