import { createMeasurementHistory, type MeasurementHistory } from "@energylive/core/measurement/history";
import { createMeasurementStore, type MeasurementStore } from "@energylive/core/measurement/store";

import type { Target } from "../target/target.ts";

export async function openHistory(target: Target): Promise<MeasurementHistory> {
  return createMeasurementHistory(await measurementsTable(target));
}

export async function openLatest(target: Target): Promise<MeasurementStore> {
  return createMeasurementStore(await measurementsTable(target));
}

async function measurementsTable(target: Target) {
  return { dynamodb: await target.dynamodb(), table: target.names.measurementsTable };
}
