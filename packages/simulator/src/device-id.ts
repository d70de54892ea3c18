import { derive, mix } from "./random.ts";

/** The letter of an interface (one per meter) or of a gateway (one per house). */
export type DeviceLetter = "I" | "G";

/** Eight digits. */
const SERIALS = 10 ** 8;

/** Coprime with 10^8, so that consecutive device numbers get different serials, scattered over all of them. */
const SERIAL_STRIDE = 61_803_399;

/** Days and months are cut at 28 and 12, so that every date exists. */
const DAYS = 28;
const MONTHS = 12;
const FIRST_YEAR = 2020;
const YEARS = 5;

/**
 * The id of the `number`-th device (from 0): letter, production date, serial. The same for the same seed; unique among
 * the first hundred million of a letter.
 *
 * @example deviceId(1, "I", 0) // "I-10082023-01658401", by its form
 */
export function deviceId(seed: number, letter: DeviceLetter, number: number): string {
  const stream = derive(seed, `device id ${letter}`);
  const chance = mix(stream, number);
  const day = digits((chance % DAYS) + 1, 2);
  const month = digits(((chance >>> 8) % MONTHS) + 1, 2);
  const year = FIRST_YEAR + ((chance >>> 16) % YEARS);
  // Both products stay below 2^53, so the remainders are exact.
  const serial = ((stream % SERIALS) + (number % SERIALS) * SERIAL_STRIDE) % SERIALS;
  return `${letter}-${day}${month}${year}-${digits(serial, 8)}`;
}

function digits(value: number, length: number): string {
  return String(value).padStart(length, "0");
}
