import * as z from "zod";

import type { DecimalText } from "../decimal.ts";
import { parseJson, splitArrayElements } from "../json.ts";
import { MeasurementType, Timestamp, Value } from "../measurement/measurement.ts";
import { describeProblems } from "../problems.ts";
import { EnergyLiveApiError } from "./errors.ts";

/** One element of a `measurements/latest` response. */
export interface LatestMeasurement {
  measurement_type: string;
  timestamp: number;
  value: DecimalText;
}

/** An element that is not a valid measurement, exactly as it was sent. */
export interface InvalidElement {
  raw: string;
  detail: string;
}

export interface LatestResponse {
  measurements: LatestMeasurement[];
  invalid: InvalidElement[];
}

const Element = z.object(
  { measurement: MeasurementType, timestamp: Timestamp, value: Value },
  "is not a JSON object",
);

/**
 * More elements than measurements could fill the largest body: nothing that a device sends. Each costs time and memory,
 * and one device's response must not cost the others theirs.
 */
const MAX_ELEMENTS = 20_000;

/** How much of a body an error quotes. */
const EXCERPT_LENGTH = 80;

/**
 * Reads the body of a `measurements/latest` response. Each element stands for itself: an invalid one is handed back
 * raw, the valid ones beside it go through.
 *
 * @throws {EnergyLiveApiError} `invalid_response` when the body as a whole is not a JSON array
 */
export function parseLatest(body: string): LatestResponse {
  assertJsonArray(body);
  const elements = splitArrayElements(body);
  if (elements.length > MAX_ELEMENTS) throw invalidResponse(`has ${elements.length} elements`, body);
  const response: LatestResponse = { measurements: [], invalid: [] };
  for (const raw of elements) {
    const element = parseElement(raw);
    if (typeof element === "string") response.invalid.push({ raw, detail: element });
    else response.measurements.push(element);
  }
  return response;
}

function assertJsonArray(body: string): void {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (cause) {
    throw invalidResponse("is not JSON", body, cause);
  }
  if (!Array.isArray(json)) throw invalidResponse("is not a JSON array", body);
}

/** The measurement, or what is wrong with it. */
function parseElement(raw: string): LatestMeasurement | string {
  let json: unknown;
  try {
    json = parseJson(raw);
  } catch (error) {
    // The body is valid JSON, so this is nesting deeper than the stack.
    return error instanceof Error ? error.message : String(error);
  }
  const parsed = Element.safeParse(json);
  if (!parsed.success) return describeProblems(parsed.error).join("; ");
  const { measurement, timestamp, value } = parsed.data;
  return { measurement_type: measurement, timestamp, value };
}

function invalidResponse(problem: string, body: string, cause?: unknown): EnergyLiveApiError {
  const start = JSON.stringify(body.slice(0, EXCERPT_LENGTH));
  return new EnergyLiveApiError("invalid_response", `the response ${problem}; it starts with ${start}`, {
    cause,
  });
}
