/** One element of a `measurements/latest` response, in the API's own words. */
export interface Measurement {
  measurement: string;
  /** Epoch milliseconds, 13 digits. */
  timestamp: number;
  value: number;
}

/** Writes a measurement as the API does: whole values with a fraction, `138.0`. */
export function measurementText({ measurement, timestamp, value }: Measurement): string {
  return `{"measurement":${JSON.stringify(measurement)},"timestamp":${timestamp},"value":${valueText(value)}}`;
}

export function latestText(measurements: readonly Measurement[]): string {
  return arrayText(measurements.map(measurementText));
}

/** A JSON array of elements that are already JSON. */
export function arrayText(elements: readonly string[]): string {
  return `[${elements.join(",")}]`;
}

function valueText(value: number): string {
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
