import { type Alert, alertKeyOf } from "@energylive/core/alert/store";
import { ChannelError } from "@energylive/core/notify/channel-error";
import { serializeEvent } from "@energylive/core/notify/message";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { NOON, startTelling, type Telling } from "../../../tests/support/telling.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let telling: Telling;
beforeAll(async () => {
  telling = await startTelling();
});
afterAll(() => telling[Symbol.asyncDispose]());

const refused = new ChannelError("it answered with status 401", { isPermanent: true });
const away = new ChannelError("it did not answer", { isPermanent: false });

describe("the profiler", () => {
  it("tells every channel in its language, once, whatever is repeated", async () => {
    const world = await telling.scene({ en: {}, de: { language: "de" } });
    const alert = await world.alert();
    const opened = { alert, event: "opened" } as const;
    expect(await world.tell(opened, opened)).toEqual([]);
    expect(await world.tell(opened)).toEqual([]);
    expect(world.told.toSorted((a, b) => (a.channel < b.channel ? -1 : 1))).toEqual([
      {
        channel: "de",
        title: "Household: Bezug 5\u00a0200\u00a0W",
        text: "Bezug: 5\u00a0200\u00a0W, die Grenze ist 5\u00a0000\u00a0W.\nSeit Mi., 25. Nov., 11:45.",
      },
      {
        channel: "en",
        title: "Household: Drawn power 5,200\u00a0W",
        text: "Drawn power: 5,200\u00a0W, the limit is 5,000\u00a0W.\nSince Wed 25 Nov, 11:45.",
      },
    ]);
    expect(await world.stored()).toMatchObject([{ notified_at: "2026-11-25T11:00:00.000Z" }]);
  });

  it("tells only on the channels that a device names", async () => {
    const world = await telling.scene({ phone: {}, post: {} }, { channels: ["post"] });
    await world.tell({ alert: await world.alert(), event: "opened" });
    expect(world.told.map(({ channel }) => channel)).toEqual(["post"]);
  });

  it("tries a channel that is away until it is back, and does not tell the others again", async () => {
    const world = await telling.scene({ phone: {}, post: {} });
    const opened = { alert: await world.alert(), event: "opened" } as const;
    world.failing.set("phone", away);
    expect(await world.tell(opened)).toEqual(["m0"]);
    expect(telling.rests).toEqual([30]);
    expect(await world.stored()).toMatchObject([{ notify_error: 'channel "phone": it did not answer' }]);
    world.failing.clear();
    expect(await world.tell(opened)).toEqual([]);
    expect(world.told.map(({ channel }) => channel)).toEqual(["post", "phone"]);
    expect(await world.stored()).toMatchObject([{ notify_error: undefined }]);
    expect(telling.quarantined).toEqual([]);
  });

  it("gives up on a channel after a day, and at once when it refuses: the message says why", async () => {
    const world = await telling.scene({ phone: {} });
    const first = { alert: await world.alert(), event: "opened" } as const;
    world.failing.set("phone", away);
    world.now += 24 * HOUR;
    expect(await world.tell(first)).toEqual([]);
    const second = { alert: await world.alert({ began: NOON }), event: "opened" } as const;
    world.failing.set("phone", refused);
    expect(await world.tell(second)).toEqual([]);
    expect(telling.quarantined.map(({ reason, detail }) => [reason, detail])).toEqual([
      ["not_told", 'channel "phone": it did not answer'],
      ["not_told", 'channel "phone": it answered with status 401'],
    ]);
    // Redriven once the channel is mended.
    world.failing.clear();
    expect(await world.tellBodies(telling.quarantined.map(({ body }) => body))).toEqual([]);
    expect(world.told).toHaveLength(2);
  });

  it("names a channel that is not there or not valid, and tells the others", async () => {
    const world = await telling.scene(
      { phone: { language: "fr" }, post: {} },
      { channels: ["gone", "phone", "post"] },
    );
    expect(await world.tell({ alert: await world.alert(), event: "opened" })).toEqual([]);
    expect(world.told.map(({ channel }) => channel)).toEqual(["post"]);
    expect(telling.quarantined.map(({ detail }) => detail.split("; ").sort())).toEqual([
      ['channel "gone": there is no such channel', 'channel "phone": language is none of en, de'],
    ]);
  });

  it("misses a channel only for the devices that name it", async () => {
    const world = await telling.scene({ post: {} }, { channels: ["gone"] });
    const other = await world.alert({ device_id: "I-10082023-99999999" });
    const body = (alert: Alert) =>
      serializeEvent({ device_id: alert.device_id, alert_key: alertKeyOf(alert), event: "opened" });
    expect(await world.tellBodies([body(await world.alert()), body(other)])).toEqual([]);
    expect(telling.quarantined.map(({ detail }) => detail)).toEqual([
      'channel "gone": there is no such channel',
    ]);
    expect(world.told.map(({ title }) => title)).toEqual(["I-10082023-99999999: Drawn power 5,200\u00a0W"]);
  });

  it("holds back in quiet hours what can wait, and tells it after", async () => {
    const world = await telling.scene({ phone: { quiet_hours: "22:00-07:00" } });
    // Half past ten in the evening.
    world.now = Date.parse("2026-11-25T21:30:00Z");
    const urgent = await world.alert();
    const battery = await world.alert({ rule: { rule: "battery_below", millivolts: 4_300 }, value: 4_200 });
    const events = [urgent, battery].map((alert) => ({ alert, event: "opened" }) as const);
    expect(await world.tell(...events)).toEqual(["m1"]);
    expect(telling.rests).toEqual([8.5 * 3_600]);
    expect(world.told.map(({ title }) => title)).toEqual(["Household: Drawn power 5,200\u00a0W"]);
    await world.close(urgent);
    expect(await world.tell({ alert: urgent, event: "closed" })).toEqual(["m0"]);
    world.now = Date.parse("2026-11-26T06:00:00Z");
    expect(await world.tell(...events, { alert: urgent, event: "closed" })).toEqual([]);
    expect(world.told.map(({ title }) => title)).toEqual([
      "Household: Drawn power 5,200\u00a0W",
      "Household: Battery 4,200\u00a0mV",
      "Over: Household: Drawn power 5,200\u00a0W",
    ]);
  });

  it("tells nobody of what begins while a device is muted, nor of its end", async () => {
    const world = await telling.scene({ phone: {} }, { muted_until: "2026-11-25T13:00:00+01:00" });
    const alert = await world.alert();
    expect(await world.tell({ alert, event: "opened" })).toEqual([]);
    world.now += 2 * HOUR;
    await world.close(alert);
    expect(await world.tell({ alert, event: "closed" })).toEqual([]);
    expect(world.told).toEqual([]);
    await world.tell({ alert: await world.alert(), event: "opened" });
    expect(world.told).toHaveLength(1);
  });

  it("tells the beginning of what was over when it was noticed first, and nothing of a beginning after the end", async () => {
    const world = await telling.scene({ phone: {} });
    const late = await world.alert({ closed_at: new Date(NOON).toISOString() });
    await world.tell({ alert: late, event: "closed" });
    await world.tell({ alert: late, event: "opened" });
    expect(world.told.map(({ title }) => title)).toEqual([
      "Household: Drawn power 5,200\u00a0W",
      "Over: Household: Drawn power 5,200\u00a0W",
    ]);
    const slow = await world.alert({ began: NOON });
    world.failing.set("phone", away);
    await world.tell({ alert: slow, event: "opened" });
    world.failing.clear();
    world.now += MINUTE;
    await world.close(slow);
    await world.tell({ alert: slow, event: "closed" });
    expect(await world.tell({ alert: slow, event: "opened" })).toEqual([]);
    expect(world.told).toHaveLength(3);
  });

  it("joins what comes at once into one message for a person", async () => {
    const world = await telling.scene({ phone: {} });
    const alerts: Alert[] = [];
    for (let minute = 0; minute < 6; minute += 1)
      alerts.push(await world.alert({ began: NOON - minute * MINUTE }));
    const events = alerts.map((alert) => ({ alert, event: "opened" }) as const);
    expect(await world.tell(...events)).toEqual([]);
    expect(await world.tell(...events)).toEqual([]);
    expect(world.told.map(({ title }) => title)).toEqual(["6 alerts"]);
    expect(world.told[0]?.text.match(/Since Wed 25 Nov, \d\d:\d\d/g)).toHaveLength(6);
  });

  it("quarantines what it cannot read, and finishes what is not there any more", async () => {
    const world = await telling.scene({ phone: {} });
    const gone = serializeEvent({
      device_id: "I-10082023-00000000",
      alert_key: "no_data-60#2026-11-25T10:00:00.000Z",
      event: "opened",
    });
    const bodies = ['{"event":', gone, '{"v":9,"event":"opened"}', '{"v":1,"event":"opened"}'];
    expect(await world.tellBodies(bodies)).toEqual([]);
    expect(telling.quarantined.map(({ reason }) => reason).sort()).toEqual([
      "invalid_json",
      "invalid_message",
      "unknown_version",
    ]);
  });

  it("goes on where another one was killed, soon, whatever its clock said", async () => {
    const world = await telling.scene({ phone: {} });
    const opened = { alert: await world.alert(), event: "opened" } as const;
    const key = { device_id: opened.alert.device_id, alert_key: alertKeyOf(opened.alert) };
    expect(await telling.alerts.claim(key, NOON, NOON + 2 * MINUTE)).toMatchObject({ value: 5_200 });
    expect(await world.tell(opened)).toEqual(["m0"]);
    world.now += 2 * MINUTE + 1;
    expect(await world.tell(opened)).toEqual([]);
    expect(world.told).toHaveLength(1);
    const ahead = await world.alert({ began: NOON });
    const other = { ...key, alert_key: alertKeyOf(ahead) };
    await telling.alerts.claim(other, world.now + HOUR, world.now + HOUR + 2 * MINUTE);
    expect(await world.tell({ alert: ahead, event: "opened" })).toEqual([]);
    expect(world.told).toHaveLength(2);
  });

  it("lets one of two at the same time tell of an alert", async () => {
    const world = await telling.scene({ phone: {} });
    const opened = { alert: await world.alert(), event: "opened" } as const;
    const failed = await Promise.all([world.tell(opened), world.tell(opened)]);
    expect(world.told).toHaveLength(1);
    if (failed.flat().length > 0) expect(telling.rests).toEqual([10]);
  });
});
