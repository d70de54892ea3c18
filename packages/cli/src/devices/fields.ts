import { DeviceConfig } from "@energylive/core/device/device";
import { typeOfName } from "@energylive/core/measurement/type-name";

import { UsageError } from "../errors.ts";
import { parseDuration } from "../terminal/time.ts";

export const FIELDS = Object.keys(DeviceConfig.shape).filter((field) => field !== "device_id");

/** The fields of a device as text, as in `set` and in the cells of a file. */
const READERS: Record<string, (text: string, separator: string) => unknown> = {
  name: (text) => readName(text, "name"),
  enabled: (text) => (text === "true" || text === "false" ? text === "true" : text),
  api_key: (text) => text,
  interval_seconds: (text) => parseDuration(text, "s", "interval_seconds"),
  measurement_types: (text, separator) => typeList(text, separator, "measurement_types"),
  time_zone: (text) => text,
  tariff: (text) => text,
  // As JSON, which `alerts add` writes more easily.
  alerts: (text) => jsonOf(text) ?? text,
  channels: (text, separator) => text.split(separator).map((name) => name.trim()),
  muted_until: (text) => text,
  retention_days: (text) => parseDuration(text, "d", "retention_days"),
};

/**
 * The value of a field's text. Text that is not valid stays text, so the device schema refuses it by name.
 *
 * @throws {UsageError} that names the field and what it takes
 */
export function readField(field: string, text: string, separator = ","): unknown {
  const read = Object.hasOwn(READERS, field) ? READERS[field] : undefined;
  if (read === undefined) {
    throw new UsageError(
      `a device has no field "${field}"; it has ${FIELDS.filter((known) => known !== "labels").join(", ")} and labels.<name>`,
    );
  }
  return read(text, separator);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws {UsageError} for a name that nobody can see */
export function readName(text: string, field: string): string {
  if (text.trim() === "")
    throw new UsageError(`${field} is blank: leave it out, and the device is called by its id`);
  return text;
}

/**
 * Types by code, OBIS notation or short name; any other name stays as it is.
 *
 * @throws {UsageError} for an empty list, which would keep nothing
 */
export function typeList(text: string, separator: string, field: string): string[] {
  const types = text
    .split(separator)
    .map((type) => type.trim())
    .filter((type) => type !== "");
  if (types.length === 0) throw new UsageError(`${field} names no type: leave it out to keep all`);
  return types.map(namedType);
}

export function namedType(name: string): string {
  return typeOfName(name) ?? name;
}

/** @throws {UsageError} for a pair without a name or a value */
export function readLabels(pairs: readonly string[], field: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    if (at < 1) throw new UsageError(`${field} takes name=value, like site=Graz, not "${pair}"`);
    labels[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return labels;
}
