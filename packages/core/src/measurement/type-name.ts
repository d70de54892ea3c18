import { catalogueTypes } from "./obis.ts";

/** Short names of the types that people ask for most. */
export const TYPE_NAMES: Readonly<Record<string, string>> = {
  power: "0100010700",
  import: "0100010800",
  "feed-in": "0100020700",
  export: "0100020800",
  battery: "batteryVoltage",
  temperature: "roomTemperature",
  humidity: "roomHumidity",
};

const CODE = /^\d{10}$/;

/** `1-0:1.7.0`, also with the storage group that some append: `1-0:1.7.0*255`. */
const OBIS_NOTATION = /^(\d{1,2})-(\d{1,2}):(\d{1,2})\.(\d{1,2})\.(\d{1,2})(?:\*255)?$/;

/**
 * The measurement type that a person means: a short name, OBIS notation, a ten-digit code or a name of the catalogue.
 * `undefined` for any other text, which may still be a type that a device sends.
 *
 * @example typeOfName("power") // "0100010700"
 * @example typeOfName("1-0:1.7.0") // "0100010700"
 */
export function typeOfName(text: string): string | undefined {
  const name = text.toLowerCase();
  const named = Object.hasOwn(TYPE_NAMES, name) ? TYPE_NAMES[name] : undefined;
  if (named !== undefined || CODE.test(text)) return named ?? text;
  const obis = OBIS_NOTATION.exec(text);
  if (obis !== null) {
    return obis
      .slice(1)
      .map((group) => group.padStart(2, "0"))
      .join("");
  }
  return catalogueTypes().find((type) => type.toLowerCase() === name);
}
