import { expect, it } from "vitest";

import { catalogueTypes, factsOfType, unitOf } from "./obis.ts";

const now = { kind: "instantaneous" } as const;
const register = { kind: "register" } as const;

it.each([
  ["0100010700", { obis: "1-0:1.7.0", ...now, quantity: "active_power", direction: "drawn", unit: "W" }],
  [
    "0100020800",
    { obis: "1-0:2.8.0", ...register, quantity: "active_energy", direction: "fed_in", unit: "Wh" },
  ],
  [
    "0100010802",
    { obis: "1-0:1.8.2", ...register, quantity: "active_energy", direction: "drawn", tariff: 2 },
  ],
  ["0100520700", { obis: "1-0:52.7.0", ...now, quantity: "voltage", phase: 2 }],
  ["0100330800", { obis: "1-0:33.8.0", ...register, quantity: "power_factor", phase: 1 }],
  ["0100050800", { obis: "1-0:5.8.0", ...register, quantity: "reactive_energy", direction: "quadrant_1" }],
  ["0100990700", { obis: "1-0:99.7.0", ...now, quantity: 99 }],
  ["0100200700", { obis: "1-0:20.7.0", ...now, quantity: 20 }],
  ["0100400700", { obis: "1-0:40.7.0", ...now, quantity: 40 }],
  ["0100210700", { obis: "1-0:21.7.0", ...now, quantity: "active_power", direction: "drawn", phase: 1 }],
  [
    "0100760700",
    { obis: "1-0:76.7.0", ...now, quantity: "active_power", direction: "drawn_minus_fed_in", phase: 3 },
  ],
  [
    "0100610800",
    { obis: "1-0:61.8.0", ...register, quantity: "active_energy", direction: "drawn", phase: 3 },
  ],
  ["0100800700", { obis: "1-0:80.7.0", ...now, quantity: 80 }],
  ["0100140400", { obis: "1-0:14.4.0", quantity: "frequency" }],
  ["01000107000", {}],
  ["x0100010700", {}],
  ["0700030000", { obis: "7-0:3.0.0" }],
  ["batteryVoltage", { unit: "mV" }],
  ["errorCode", {}],
  ["somethingNew", {}],
  ["__proto__", {}],
])("knows the facts of %s", (type, facts) => {
  expect(factsOfType(type)).toStrictEqual(facts);
});

it("tells every quantity of electricity apart", () => {
  const facts = Array.from({ length: 16 }, (_, index) => {
    const { quantity, direction } = factsOfType(`0100${String(index + 1).padStart(2, "0")}0700`);
    expect(quantity).toEqual(expect.any(String));
    return `${quantity} ${direction}`;
  });
  expect(new Set(facts).size).toBe(16);
});

it("knows the units that energyLIVE documents", () => {
  expect(Object.fromEntries(catalogueTypes().map((type) => [type, unitOf(type)]))).toStrictEqual({
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
  });
});

it("knows a unit only where energyLIVE documents one", () => {
  expect(unitOf("roomTemperature")).toBe("°C");
  expect(unitOf("0100520700")).toBeUndefined();
  expect(unitOf("constructor")).toBeUndefined();
});
