import { DeviceConfig } from "@energylive/core/device/device";
import { typeOfName } from "@energylive/core/measurement/type-name";

import { UsageError } from "../errors.ts";
import { parseDuration } from "../terminal/time.ts";

/** The fields of a device as text: what `add`, `set` and a CSV file hold. */
const READERS: Record<string, (text: string) => unknown> = {
  name: (text) => text,
  enabled: (text) => (text === "true" ? true : text === "false" ? false : text),
  api_key: (text) => text,
  interval_seconds: (text) => parseDuration(text, "s", "interval_seconds"),
  measurement_types: (text) => typeList(text, ","),
  retention_days: (text) => parseDuration(text, "d", "retention_days"),
};

export const FIELDS = Object.keys(DeviceConfig.shape).filter((field) => field !== "device_id");

/**
 * @throws {UsageError} that names the field and what it takes
 */
export function readField(field: string, text: string): unknown {
  const read = READERS[field];
  if (read === undefined) {
    throw new UsageError(
      `a device has no field "${field}"; it has ${FIELDS.filter((known) => known !== "labels").join(", ")} and labels.<name>`,
    );
  }
  return read(text);
}

/** Types by code, OBIS notation or short name; a name that is none of these stands for itself. */
export function typeList(text: string, separator: string): string[] {
  return text
    .split(separator)
    .map((type) => type.trim())
    .filter((type) => type !== "")
    .map((type) => typeOfName(type) ?? type);
}

/** @throws {UsageError} for a pair without a name or a value */
export function readLabels(pairs: readonly string[]): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    if (at < 1) throw new UsageError(`--label takes name=value, like site=Graz, not "${pair}"`);
    labels[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return labels;
}
