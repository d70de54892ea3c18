import type { MeasurementHistory } from "@energylive/core/measurement/history";
import { catalogueTypes } from "@energylive/core/measurement/obis";
import { TYPE_NAMES, typeOfName } from "@energylive/core/measurement/type-name";

import { UsageError } from "../errors.ts";

/** What can be given as a type. */
export const KNOWN_TYPES = `short names: ${Object.keys(TYPE_NAMES).join(", ")}
types: ${catalogueTypes().join(", ")}, any ten-digit OBIS code, or its notation like 1-0:1.7.0`;

/** For the help of commands that take a type. */
export const TYPE_NOTE = `A type is a ten-digit code (0100010700), OBIS notation (1-0:1.7.0), a short name (${Object.keys(TYPE_NAMES).join(", ")}) or the name that the device sends.`;

/** Whether the project knows the type. Devices may send others. */
export function isKnownType(type: string): boolean {
  return typeOfName(type) !== undefined;
}

/**
 * The measurement type that a person means. An unknown name may still be a type that devices send: then measurements are
 * stored under it.
 *
 * @throws {UsageError} that lists the known types
 */
export async function resolveType(text: string, history: MeasurementHistory): Promise<string> {
  const type = typeOfName(text);
  if (type !== undefined) return type;
  for await (const _ of history.ofType(text, { limit: 1, descending: true })) return text;
  throw new UsageError(`"${text}" is not a measurement type that is known or stored`, {
    advice: KNOWN_TYPES,
  });
}
