/**
 * What a measurement type means. energyLIVE writes an OBIS code (IEC 62056-61) as ten digits without separators:
 * `0100010700` is 1-0:1.7.0. Other types are plain names.
 */

export interface MeasurementTypeMeaning {
  /** In words, for a person. */
  meaning: string;
  /** `1-0:1.7.0`, for an OBIS code. */
  obis?: string;
  /** Only for types whose unit energyLIVE documents: a guess could be off by a factor of a thousand. */
  unit?: string;
  /** `register`: only grows. `instantaneous`: a value of its moment. */
  kind?: "register" | "instantaneous";
}

/** The types that energyLIVE has been seen to send. Others may come at any time. */
const CATALOGUE = new Map<string, { meaning: string; unit?: string }>([
  ["0100010700", { meaning: "power drawn from the grid", unit: "W" }],
  ["0100010800", { meaning: "energy drawn from the grid", unit: "Wh" }],
  ["0100020700", { meaning: "power fed into the grid", unit: "W" }],
  ["0100020800", { meaning: "energy fed into the grid", unit: "Wh" }],
  ["0100030800", { meaning: "reactive energy drawn", unit: "varh" }],
  ["0100040800", { meaning: "reactive energy fed in", unit: "varh" }],
  ["batteryVoltage", { meaning: "battery of the interface", unit: "mV" }],
  ["roomTemperature", { meaning: "room temperature", unit: "°C" }],
  ["roomHumidity", { meaning: "room humidity", unit: "%" }],
  ["loraRssi", { meaning: "radio signal strength", unit: "dBm" }],
  ["loraSnr", { meaning: "radio signal to noise", unit: "dB" }],
  ["messageCount", { meaning: "messages sent by the device" }],
  ["errorCode", { meaning: "error code of the device" }],
  ["freeHeap8Bit", { meaning: "free memory of the device" }],
  ["largestHeapBlock8Bit", { meaning: "largest free memory block of the device" }],
]);

/** Value group C of an electricity code: the quantity. L1 to L3 repeat the first twenty at +20, +40 and +60. */
const ELECTRICITY_QUANTITIES = new Map<number, string>([
  [1, "active power drawn"],
  [2, "active power fed in"],
  [3, "reactive power drawn"],
  [4, "reactive power fed in"],
  [5, "reactive power, quadrant I"],
  [6, "reactive power, quadrant II"],
  [7, "reactive power, quadrant III"],
  [8, "reactive power, quadrant IV"],
  [9, "apparent power drawn"],
  [10, "apparent power fed in"],
  [11, "current"],
  [12, "voltage"],
  [13, "power factor"],
  [14, "frequency"],
  [15, "active power, drawn plus fed in"],
  [16, "active power, drawn minus fed in"],
]);

/** Value group D: how the quantity was processed. */
const INSTANTANEOUS = 7;
const REGISTER = 8;

const OBIS_CODE = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/;

/** The types that energyLIVE has been seen to send. */
export function catalogueTypes(): string[] {
  return [...CATALOGUE.keys()];
}

/** The unit of a type, where it is known. */
export function unitOf(measurementType: string): string | undefined {
  return CATALOGUE.get(measurementType)?.unit;
}

/**
 * Says what a measurement type means: from the catalogue, by decoding any other ten-digit code, or the name itself.
 *
 * @example describeMeasurementType("0100520700").meaning // "voltage L2"
 */
export function describeMeasurementType(measurementType: string): MeasurementTypeMeaning {
  const code = decodeObis(measurementType);
  const known = CATALOGUE.get(measurementType);
  if (code === undefined) return known ?? { meaning: measurementType };
  return { ...code, ...known };
}

function decodeObis(measurementType: string): MeasurementTypeMeaning | undefined {
  const match = OBIS_CODE.exec(measurementType);
  if (match === null) return undefined;
  const [medium = 0, channel = 0, quantity = 0, processing = 0, tariff = 0] = match.slice(1).map(Number);
  const obis = `${medium}-${channel}:${quantity}.${processing}.${tariff}`;
  const kind =
    processing === REGISTER ? "register" : processing === INSTANTANEOUS ? "instantaneous" : undefined;
  const words = [
    medium === 1 ? electricityQuantity(quantity, kind) : obis,
    tariff === 0 ? "" : `tariff ${tariff}`,
  ];
  return { meaning: words.filter(Boolean).join(", "), obis, ...(kind === undefined ? {} : { kind }) };
}

function electricityQuantity(quantity: number, kind: MeasurementTypeMeaning["kind"]): string {
  const phase = quantity > 20 && quantity < 80 ? Math.floor(quantity / 20) : 0;
  const name = ELECTRICITY_QUANTITIES.get(quantity - phase * 20) ?? `quantity ${quantity}`;
  const counted = kind === "register" ? name.replace("power", "energy") : name;
  return phase === 0 ? counted : `${counted} L${phase}`;
}
