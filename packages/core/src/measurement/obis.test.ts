import { expect, it } from "vitest";

import { describeMeasurementType, unitOf } from "./obis.ts";

it.each([
  [
    "0100010700",
    { meaning: "power drawn from the grid", obis: "1-0:1.7.0", unit: "W", kind: "instantaneous" },
  ],
  ["0100020800", { meaning: "energy fed into the grid", obis: "1-0:2.8.0", unit: "Wh", kind: "register" }],
  ["0100010802", { meaning: "active energy drawn, tariff 2", obis: "1-0:1.8.2", kind: "register" }],
  ["0100520700", { meaning: "voltage L2", obis: "1-0:52.7.0", kind: "instantaneous" }],
  ["0100990700", { meaning: "quantity 99", obis: "1-0:99.7.0", kind: "instantaneous" }],
  ["0700030000", { meaning: "7-0:3.0.0", obis: "7-0:3.0.0" }],
  ["batteryVoltage", { meaning: "battery of the interface", unit: "mV" }],
  ["errorCode", { meaning: "error code of the device" }],
  ["somethingNew", { meaning: "somethingNew" }],
  ["__proto__", { meaning: "__proto__" }],
])("says what %s means", (type, meaning) => {
  expect(describeMeasurementType(type)).toEqual(meaning);
});

it("knows a unit only where energyLIVE documents one", () => {
  expect(unitOf("roomTemperature")).toBe("°C");
  expect(unitOf("0100520700")).toBeUndefined();
  expect(unitOf("constructor")).toBeUndefined();
});
