import { createMeasurementHistory, type MeasurementHistory } from "@energylive/core/measurement/history";
import { createLatestMeasurements, type LatestMeasurements } from "@energylive/core/measurement/latest";
import type { MeasurementsTable } from "@energylive/core/measurement/pages";

import type { Stage } from "../stage/stage.ts";

export async function openHistory(stage: Stage): Promise<MeasurementHistory> {
  return createMeasurementHistory(await measurementsTable(stage));
}

export async function openLatest(stage: Stage): Promise<LatestMeasurements> {
  return createLatestMeasurements(await measurementsTable(stage));
}

async function measurementsTable(stage: Stage): Promise<MeasurementsTable> {
  return { dynamodb: await stage.dynamodb(), table: stage.names.measurementsTable };
}
