import { randomBytes } from "node:crypto";
import { join } from "node:path";

import { type ResourceNames, resourceNames } from "@energylive/core/settings/names";
import { startDynamoDB } from "@energylive/local/services/dynamodb";
import { startSqs } from "@energylive/local/services/sqs";

/** The tables and the queues of a stage that no other test has. */
export interface Services {
  names: ResourceNames;
  stage: string;
  /** Endpoints. */
  dynamodb: string;
  sqs: string;
  queueUrl: string;
  dlqUrl: string;
  stop(): Promise<void>;
}

/** A stage of this test alone, so that tests can share a service without sharing a table. */
function randomStage(): string {
  return `test-${randomBytes(6).toString("hex")}`;
}

export async function startServices(folder: string): Promise<Services> {
  const stage = randomStage();
  const names = resourceNames(stage);
  const dynamodb = await startDynamoDB({ folder: join(folder, "dynamodb"), names });
  const sqs = await startSqs({ folder: join(folder, "sqs"), names });
  return {
    names,
    stage,
    dynamodb: dynamodb.endpoint,
    sqs: sqs.endpoint,
    queueUrl: sqs.queueUrl,
    dlqUrl: sqs.dlqUrl,
    async stop() {
      await sqs.stop();
      await dynamodb.stop();
    },
  };
}
