/**
 * The fetcher. EventBridge Scheduler invokes it once per shard and interval with `{"shard":{"index":0,"total":1}}`; the
 * command invokes it with `{"device_ids":[…]}`. It polls the devices that are due: see core/src/fetcher/run.ts.
 */

import { systemClock } from "@energylive/core/clock";
import { ssmParameterReader } from "@energylive/core/keys/parameter";
import { deployedKeySource } from "@energylive/core/keys/store";
import { createLog } from "@energylive/core/log";
import { FetcherEnvironment, logLevel, parseEnvironment } from "@energylive/core/settings/environment";

import { createDynamoDB, createSqs, createSsm } from "./clients.ts";
import { createFetcherHandler } from "./fetcher-handler.ts";
import { reportFetcher } from "./metrics.ts";

const environment = parseEnvironment(FetcherEnvironment, process.env);

export const handler = createFetcherHandler({
  environment,
  dynamodb: createDynamoDB(),
  sqs: createSqs(),
  keySource: deployedKeySource({
    defaultKey: environment.ENERGYLIVE_API_KEY,
    readParameter: ssmParameterReader(createSsm()),
    path: environment.API_KEY_PATH,
  }),
  fetch,
  clock: systemClock,
  random: Math.random,
  log: createLog({ level: logLevel(environment) }),
  report: reportFetcher(environment.STAGE),
});
