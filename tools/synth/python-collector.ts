import { COPIES, type CostLine, costLine, type Load, MEASUREMENT_BYTES, MONTH_SECONDS } from "./cost.ts";
import { DYNAMODB, LAMBDA } from "./prices.ts";

/** The Python collector: one function per device, on a schedule of its own, a PutItem for each measurement. */

/** The least that Lambda gives, as its deployment script left it. */
const MEMORY_GB = 128 / 1024;
/** Import of its packages, the API's answer, and one PutItem after the other. */
const RUN_SECONDS = 1.2;
/** A year. */
const MONTHS_KEPT = 12;
const GB = 1e9;

/** Its bill, for devices that it would poll as often. It has no queue, no restore and no state; its items and its index are as large as ours. */
export function estimatePythonCost(load: Load & { intervalSeconds: number }): CostLine[] {
  const runs = (MONTH_SECONDS / load.intervalSeconds) * load.devices;
  const measurements = runs * load.measurementsPerPoll;
  const storedGb = (measurements * MONTHS_KEPT * MEASUREMENT_BYTES * COPIES) / GB;
  return [
    costLine("Lambda", "requests", runs, LAMBDA.request, LAMBDA.freeRequests),
    costLine(
      "Lambda",
      "GB-seconds",
      runs * RUN_SECONDS * MEMORY_GB,
      LAMBDA.gbSecondX86,
      LAMBDA.freeGbSeconds,
    ),
    costLine("DynamoDB", "write units", measurements * COPIES, DYNAMODB.writeUnit),
    costLine("DynamoDB", "GB stored, after a year", storedGb, DYNAMODB.storedGbMonth, DYNAMODB.freeStoredGb),
  ];
}
