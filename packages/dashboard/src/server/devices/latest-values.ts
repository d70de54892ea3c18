import type { StoredMeasurement } from "@energylive/core/measurement/item";
import { describeMeasurementType } from "@energylive/core/measurement/obis";

import type { LatestValue } from "../../api.ts";

export function latestValue({ measurement_type, value, timestamp, unit }: StoredMeasurement): LatestValue {
  const { meaning, obis, kind } = describeMeasurementType(measurement_type);
  return {
    measurement_type,
    meaning,
    ...(obis === undefined ? {} : { obis }),
    ...(unit === undefined ? {} : { unit }),
    ...(kind === undefined ? {} : { kind }),
    value,
    timestamp,
  };
}
