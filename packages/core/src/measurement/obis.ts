/**
 * The facts about a measurement type. energyLIVE writes an OBIS code (IEC 62056-61) as ten digits without separators:
 * `0100010700` is 1-0:1.7.0. Other types are plain names. The text catalogues put the facts into words.
 */
export interface MeasurementTypeFacts {
  /** `1-0:1.7.0`, for an OBIS code. */
  obis?: string;
  /** Only for types whose unit energyLIVE documents: a guess could be wrong by a factor of a thousand. */
  unit?: string;
  /** `register`: only grows. `instantaneous`: the value at its time. */
  kind?: "register" | "instantaneous";
  /** Of an electricity code; its number, if it has no name here. */
  quantity?: Quantity | number;
  direction?: Direction;
  phase?: 1 | 2 | 3;
  tariff?: number;
}

export type Quantity =
  | `${"active" | "reactive" | "apparent"}_${"power" | "energy"}`
  | "current"
  | "voltage"
  | "power_factor"
  | "frequency";

export type Direction =
  | "drawn"
  | "fed_in"
  | "drawn_plus_fed_in"
  | "drawn_minus_fed_in"
  | `quadrant_${1 | 2 | 3 | 4}`;

/** The types that energyLIVE is known to send, with their units. Others may appear at any time. */
const CATALOGUE = {
  "0100010700": "W",
  "0100010800": "Wh",
  "0100020700": "W",
  "0100020800": "Wh",
  "0100030800": "varh",
  "0100040800": "varh",
  batteryVoltage: "mV",
  roomTemperature: "°C",
  roomHumidity: "%",
  loraRssi: "dBm",
  loraSnr: "dB",
  messageCount: undefined,
  errorCode: undefined,
  freeHeap8Bit: undefined,
  largestHeapBlock8Bit: undefined,
} as const;

export type CatalogueType = keyof typeof CATALOGUE;

const UNITS = new Map<string, string | undefined>(Object.entries(CATALOGUE));

/** L1 to L3 repeat the first twenty quantities at +20, +40 and +60. */
const PHASES = [undefined, 1, 2, 3] as const;
const PHASE_STEP = 20;

/** Value group C of an electricity code: what is measured. */
const ELECTRICITY = new Map<
  number,
  readonly ["active" | "reactive" | "apparent", Direction] | readonly [Quantity]
>([
  [1, ["active", "drawn"]],
  [2, ["active", "fed_in"]],
  [3, ["reactive", "drawn"]],
  [4, ["reactive", "fed_in"]],
  [5, ["reactive", "quadrant_1"]],
  [6, ["reactive", "quadrant_2"]],
  [7, ["reactive", "quadrant_3"]],
  [8, ["reactive", "quadrant_4"]],
  [9, ["apparent", "drawn"]],
  [10, ["apparent", "fed_in"]],
  [11, ["current"]],
  [12, ["voltage"]],
  [13, ["power_factor"]],
  [14, ["frequency"]],
  [15, ["active", "drawn_plus_fed_in"]],
  [16, ["active", "drawn_minus_fed_in"]],
]);

/** Value group D: how the quantity was processed. */
const INSTANTANEOUS = 7;
const REGISTER = 8;

const OBIS_CODE = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/;

/** The types that energyLIVE is known to send. */
export function catalogueTypes(): string[] {
  return [...UNITS.keys()];
}

/** The unit of a type, if it is known. */
export function unitOf(measurementType: string): string | undefined {
  return UNITS.get(measurementType);
}

/** Whether a type is of the meter, which has an OBIS code, and not what the device tells of itself. */
export function isOfMeter(measurementType: string): boolean {
  return OBIS_CODE.test(measurementType);
}

/**
 * What is known about a measurement type: its unit from the catalogue, the rest from its OBIS code.
 *
 * @example factsOfType("0100520700") // { obis: "1-0:52.7.0", kind: "instantaneous", quantity: "voltage", phase: 2 }
 */
export function factsOfType(measurementType: string): MeasurementTypeFacts {
  const unit = unitOf(measurementType);
  return { ...decodeObis(measurementType), ...(unit === undefined ? {} : { unit }) };
}

function decodeObis(measurementType: string): MeasurementTypeFacts {
  const match = OBIS_CODE.exec(measurementType);
  if (match === null) return {};
  const [medium = 0, channel = 0, quantity = 0, processing = 0, tariff = 0] = match.slice(1).map(Number);
  const kind =
    processing === REGISTER ? "register" : processing === INSTANTANEOUS ? "instantaneous" : undefined;
  return {
    obis: `${medium}-${channel}:${quantity}.${processing}.${tariff}`,
    ...(kind === undefined ? {} : { kind }),
    ...(medium === 1 ? electricity(quantity, kind) : {}),
    ...(tariff === 0 ? {} : { tariff }),
  };
}

function electricity(number: number, kind: MeasurementTypeFacts["kind"]): MeasurementTypeFacts {
  const phase = PHASES[Math.floor((number - 1) / PHASE_STEP)];
  const found = ELECTRICITY.get(phase === undefined ? number : number - phase * PHASE_STEP);
  if (found === undefined) return { quantity: number };
  const onPhase = phase === undefined ? {} : { phase };
  if (found.length === 1) return { quantity: found[0], ...onPhase };
  const [sort, direction] = found;
  return { quantity: `${sort}_${kind === "register" ? "energy" : "power"}`, direction, ...onPhase };
}
