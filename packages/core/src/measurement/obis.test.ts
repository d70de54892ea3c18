import { expect, it } from "vitest";

import { catalogueTypes, describeMeasurementType, unitOf } from "./obis.ts";

it.each([
  [
    "0100010700",
    { meaning: "power drawn from the grid", obis: "1-0:1.7.0", unit: "W", kind: "instantaneous" },
  ],
  ["0100020800", { meaning: "energy fed into the grid", obis: "1-0:2.8.0", unit: "Wh", kind: "register" }],
  ["0100010802", { meaning: "active energy drawn, tariff 2", obis: "1-0:1.8.2", kind: "register" }],
  ["0100520700", { meaning: "voltage L2", obis: "1-0:52.7.0", kind: "instantaneous" }],
  ["0100990700", { meaning: "quantity 99", obis: "1-0:99.7.0", kind: "instantaneous" }],
  ["0100200700", { meaning: "quantity 20", obis: "1-0:20.7.0", kind: "instantaneous" }],
  ["0100210700", { meaning: "active power drawn L1", obis: "1-0:21.7.0", kind: "instantaneous" }],
  ["0100610800", { meaning: "active energy drawn L3", obis: "1-0:61.8.0", kind: "register" }],
  ["0100800700", { meaning: "quantity 80", obis: "1-0:80.7.0", kind: "instantaneous" }],
  ["0100140400", { meaning: "frequency", obis: "1-0:14.4.0" }],
  ["01000107000", { meaning: "01000107000" }],
  ["x0100010700", { meaning: "x0100010700" }],
  ["0700030000", { meaning: "7-0:3.0.0", obis: "7-0:3.0.0" }],
  ["batteryVoltage", { meaning: "battery of the interface", unit: "mV" }],
  ["errorCode", { meaning: "error code of the device" }],
  ["somethingNew", { meaning: "somethingNew" }],
  ["__proto__", { meaning: "__proto__" }],
])("says what %s means", (type, meaning) => {
  expect(describeMeasurementType(type)).toStrictEqual(meaning);
});

it("has words of its own for every type of the catalogue and every quantity of electricity", () => {
  const types = catalogueTypes();
  const quantities = Array.from(
    { length: 16 },
    (_, index) => `0100${String(index + 1).padStart(2, "0")}0799`,
  );
  for (const known of [types, quantities]) {
    const meanings = known.map((type) => describeMeasurementType(type).meaning.replace(", tariff 99", ""));
    expect(new Set(meanings).size).toBe(known.length);
    for (const meaning of meanings) expect(meaning).toMatch(/^(?!quantity)[A-Za-z, ]{3,}$/);
  }
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
