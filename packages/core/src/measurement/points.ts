import type { MeasurementItem } from "./item.ts";
import { deviceQuery, type MeasurementRange, type MeasurementsTable, queryPages } from "./pages.ts";

/** A measurement as a chart needs it: its value as a double, and nothing else of its item. */
export interface Point {
  /** Epoch milliseconds. */
  at: number;
  measurement_type: string;
  value: number;
}

/** Reads all measurements of a device, of all types, in DynamoDB's pages. DynamoDB errors pass through. */
export type PointReader = (deviceId: string, range: MeasurementRange) => AsyncGenerator<Point[]>;

/** The part of a measurement's key after the time and the `#`. */
const TYPE_AT = 14;

/** Time and type are in the key. Reading only key and value takes half the time. */
const KEY_AND_VALUE = {
  ProjectionExpression: "measurement_key, #value",
  ExpressionAttributeNames: { "#value": "value" },
};

export function createPointReader(table: MeasurementsTable): PointReader {
  return async function* read(deviceId, range) {
    const query = { ...deviceQuery(deviceId, range), ...KEY_AND_VALUE };
    for await (const items of queryPages(table, query, range)) yield items.map(point);
  };
}

function point(item: MeasurementItem): Point {
  const key = item.measurement_key?.S ?? "";
  return {
    at: Number(key.slice(0, TYPE_AT - 1)),
    measurement_type: key.slice(TYPE_AT),
    value: Number(item.value?.N),
  };
}
