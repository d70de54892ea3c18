import { createMeasurementHistory, type MeasurementHistory } from "@energylive/core/measurement/history";
import { createLatestMeasurements, type LatestMeasurements } from "@energylive/core/measurement/latest";
import type { MeasurementsTable } from "@energylive/core/measurement/pages";

import type { Target } from "../stage/stage.ts";

export async function openHistory(target: Target): Promise<MeasurementHistory> {
  return createMeasurementHistory(await measurementsTable(target));
}

export async function openLatest(target: Target): Promise<LatestMeasurements> {
  return createLatestMeasurements(await measurementsTable(target));
}

async function measurementsTable(target: Target): Promise<MeasurementsTable> {
  return { dynamodb: await target.dynamodb(), table: target.names.measurementsTable };
}
