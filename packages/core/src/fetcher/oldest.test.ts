import { expect, it } from "vitest";

import { type Device, parseDevice } from "../device/device.ts";
import { OldestDevices } from "./oldest.ts";

function device(polledAt: number, types: readonly string[] = []): Device {
  const parsed = parseDevice({ device_id: { S: "I-10082023-01658401" } }).device;
  if (parsed === undefined) throw new TypeError("the test's device is invalid");
  const seen = new Map(types.map((type) => [type, [{ timestamp: 1, value: undefined }]]));
  return {
    ...parsed,
    state: { ...parsed.state, last_polled_at: new Date(polledAt).toISOString(), seen },
  };
}

const polledAt = (devices: readonly Device[]) =>
  devices.map(({ state }) => Date.parse(state.last_polled_at ?? ""));

it("returns the devices polled longest ago first, in whatever order they are added", () => {
  const oldest = new OldestDevices();
  for (const at of [5, 1, 4, 2, 3]) oldest.add(device(at));
  expect(polledAt(oldest.take())).toEqual([1, 2, 3, 4, 5]);
});

it("keeps the oldest ten thousand when there are more than a run can poll", () => {
  const oldest = new OldestDevices();
  const one = device(0);
  for (let index = 0; index < 25_000; index += 1) {
    const last_polled_at = new Date((index * 7_919) % 25_000).toISOString();
    oldest.add({ ...one, state: { ...one.state, last_polled_at } });
  }
  expect(polledAt(oldest.take())).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
});

it("keeps the oldest of few devices when an API that invents types fills the memory", () => {
  const oldest = new OldestDevices();
  const types = Array.from({ length: 300 }, (_, index) => `${index}`.padEnd(200, "x"));
  for (let index = 0; index < 1_000; index += 1) oldest.add(device(999 - index, types));
  const held = oldest.take();
  expect(held.length).toBeGreaterThan(180);
  expect(held.length).toBeLessThan(240);
  expect(polledAt(held)).toEqual(held.map((_, index) => index));
});
