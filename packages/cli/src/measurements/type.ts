import type { MeasurementHistory } from "@energylive/core/measurement/history";
import { catalogueTypes } from "@energylive/core/measurement/obis";
import { NoTypeIndexError } from "@energylive/core/measurement/type-index";
import { TYPE_NAMES, typeOfName } from "@energylive/core/measurement/type-name";

import { UsageError } from "../errors.ts";

/** What can be given where a type is asked for. */
export const KNOWN_TYPES = `short names: ${Object.keys(TYPE_NAMES).join(", ")}
types: ${catalogueTypes().join(", ")}, any ten-digit OBIS code, or its notation like 1-0:1.7.0`;

/** Whether a type's name says what it is. Devices may send others. */
export function isKnownType(type: string): boolean {
  return typeOfName(type) !== undefined;
}

/**
 * The measurement type that a person means. A name that no one knows may still be one that devices send: then something
 * is stored under it.
 *
 * @param device whose measurements are asked for, of one alone
 * @throws {UsageError} that lists the known types
 * @throws {NoTypeIndexError} for such a name where no device is given and the table has no index of types
 */
export async function resolveType(
  text: string,
  history: MeasurementHistory,
  device: string | undefined,
): Promise<string> {
  const type = typeOfName(text);
  if (type !== undefined) return type;
  if (await isStored(text, history, device)) return text;
  throw new UsageError(`"${text}" is no measurement type that is known or stored`, { advice: KNOWN_TYPES });
}

/** Through the index of types, which is one read; where the table has none, among all that the device has sent. */
async function isStored(
  type: string,
  history: MeasurementHistory,
  device: string | undefined,
): Promise<boolean> {
  const range = { limit: 1, descending: true };
  try {
    for await (const _ of history.ofType(type, range)) return true;
  } catch (error) {
    if (!(error instanceof NoTypeIndexError) || device === undefined) throw error;
    for await (const _ of history.ofDevice(device, range, type)) return true;
  }
  return false;
}
