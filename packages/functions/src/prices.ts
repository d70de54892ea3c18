/** Asks a public source for the market prices that are missing, every hour: see core/src/price/run.ts. */
import { systemClock } from "@energylive/core/clock";
import { createLog } from "@energylive/core/log";
import { logLevel, PricesEnvironment, parseEnvironment } from "@energylive/core/settings/environment";

import { createDynamoDB } from "./clients.ts";
import { createPricesHandler } from "./prices-handler.ts";

const environment = parseEnvironment(PricesEnvironment, process.env);

const readPrices = createPricesHandler({
  environment,
  dynamodb: createDynamoDB(),
  fetch,
  clock: systemClock,
  log: createLog({ level: logLevel(environment) }),
});

/** The schedule tells it nothing that it needs. */
export const handler = () => readPrices();
