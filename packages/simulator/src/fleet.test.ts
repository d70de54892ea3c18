import { describe, expect, it } from "vitest";

import { createFleet, type DeviceKind, type SimulatedDevice } from "./fleet.ts";
import { DAY_MS, HOUR_MS } from "./local-time.ts";

const NOW = Date.UTC(2026, 5, 20, 10, 7, 13, 421);

function devices(count: number, kind: DeviceKind = "interface"): SimulatedDevice[] {
  const fleet = createFleet(1);
  return Array.from({ length: count }, () => fleet.add(kind));
}

function latestValue(device: SimulatedDevice | undefined, type: string, now: number): number {
  const found = device?.latest(now).find(({ measurement }) => measurement === type);
  if (found === undefined) throw new Error(`no ${type}`);
  return found.value;
}

describe("an interface's measurements", () => {
  it("sends the types that it lists", () => {
    for (const device of devices(20)) {
      expect(device.latest(NOW).map(({ measurement }) => measurement)).toEqual(device.measurementTypes);
    }
  });

  it("sends timestamps of 13 digits, at or before now, and not all the same", () => {
    for (const device of devices(50)) {
      for (const now of [NOW, NOW + 1, NOW + DAY_MS, Date.UTC(2026, 0, 1)]) {
        const timestamps = device.latest(now).map(({ timestamp }) => timestamp);
        expect(timestamps.filter((at) => !/^\d{13}$/.test(String(at)) || at > now)).toEqual([]);
        expect(Math.min(...timestamps)).toBeGreaterThan(now - 2 * HOUR_MS);
        expect(new Set(timestamps).size).toBeGreaterThan(1);
      }
    }
  });

  it("sends one value for one type and timestamp, whenever asked", () => {
    for (const device of devices(10)) {
      const values = new Map<string, number>();
      const changed: string[] = [];
      for (let now = NOW; now < NOW + HOUR_MS; now += 3_700) {
        for (const { measurement, timestamp, value } of device.latest(now)) {
          const key = `${measurement} ${timestamp}`;
          if (values.has(key) && values.get(key) !== value) changed.push(key);
          values.set(key, value);
        }
      }
      expect(changed).toEqual([]);
      expect(values.size).toBeGreaterThan(device.measurementTypes.length);
    }
  });

  it("sends registers that grow by the integral of the power, both rounded", () => {
    const from = Date.UTC(2026, 0, 20, 17);
    const until = from + HOUR_MS;
    for (const device of devices(8)) {
      let wattMs = 0;
      let last = from;
      for (let now = from; now <= until; now += 5_000) {
        const [power] = device.latest(now);
        if (power === undefined) throw new Error("an interface without power");
        wattMs += power.value * (power.timestamp - last);
        last = power.timestamp;
      }
      const grownWh = latestValue(device, "0100010800", until) - latestValue(device, "0100010800", from);
      // Half a watt for an hour, and half a watt-hour at each end.
      expect(Math.abs(grownWh - wattMs / HOUR_MS)).toBeLessThanOrEqual(1.5);
      expect(grownWh).toBeGreaterThan(10);
    }
  });

  it("sends registers and a message count that never fall", () => {
    const growing = ["0100010800", "0100020800", "0100030800", "0100040800", "messageCount"];
    for (const device of devices(10)) {
      for (const type of growing) {
        const values = Array.from({ length: 200 }, (_, index) =>
          latestValue(device, type, NOW + index * 1.7 * DAY_MS),
        );
        expect(values).toEqual([...values].sort((a, b) => a - b));
      }
    }
  });

  it("sends believable health values", () => {
    const all = devices(100);
    const values = (type: string) => all.map((device) => latestValue(device, type, NOW));
    for (const mv of values("batteryVoltage")) expect(mv >= 4_000 && mv <= 6_000).toBe(true);
    for (const dbm of values("loraRssi")) expect(dbm).toBeLessThan(0);
    for (const celsius of values("roomTemperature")) expect(celsius > 10 && celsius < 35).toBe(true);
    expect(values("roomTemperature").every((celsius) => /^\d\d(\.\d)?$/.test(String(celsius)))).toBe(true);
    expect(values("loraSnr").some((snr) => snr < 0)).toBe(true);
    expect(values("loraSnr").some((snr) => !Number.isInteger(snr))).toBe(true);
    for (const [index, free] of values("freeHeap8Bit").entries()) {
      expect(values("largestHeapBlock8Bit")[index]).toBeLessThan(free);
    }
  });

  it("sends a battery voltage that falls from month to month until the batteries are replaced", () => {
    const months = Array.from({ length: 24 }, (_, month) => NOW + month * 30 * DAY_MS);
    for (const device of devices(20)) {
      const mv = months.map((at) => latestValue(device, "batteryVoltage", at));
      const rises = mv.slice(1).filter((voltage, index) => voltage >= (mv[index] ?? 0));
      expect(rises.length).toBeLessThanOrEqual(1);
    }
  });
});

describe("the fleet", () => {
  it("has gateways that report only their own health, and unpaired interfaces that report nothing", () => {
    const [gateway] = devices(1, "gateway");
    expect(gateway?.id).toMatch(/^G-/);
    expect(gateway?.measurementTypes.filter((type) => /^\d/.test(type))).toEqual([]);
    expect(gateway?.latest(NOW).length).toBeGreaterThan(2);
    const [unpaired] = devices(1, "unpaired");
    expect(unpaired?.id).toMatch(/^I-/);
    expect(unpaired?.latest(NOW)).toEqual([]);
  });

  it("gives a device the same id and values, whatever was added before it", () => {
    const mixed = createFleet(1);
    mixed.add("gateway");
    mixed.add("unpaired");
    const added = mixed.add("interface");
    const [alone] = devices(1);
    expect(added.id).toBe(alone?.id);
    expect(added.latest(NOW)).toEqual(alone?.latest(NOW));
  });
});
