import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { Aedes } from "aedes";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { freePort } from "../support/server.ts";
import { type CliStack, startCliStack } from "./cli.ts";

/** A broker, and what it keeps for whoever subscribes: by topic. */
interface Broker extends AsyncDisposable {
  retained: Map<string, string>;
  /** Every message, in order. */
  messages: { topic: string; payload: string }[];
  publish(topic: string, payload: string): Promise<void>;
}

const PASSWORD = "correct-horse";

async function startBroker(port: number): Promise<Broker> {
  const aedes = await Aedes.createBroker({
    authenticate: (_client, user, password, done) =>
      done(null, user === "home" && String(password) === PASSWORD),
  });
  const retained = new Map<string, string>();
  const messages: Broker["messages"] = [];
  aedes.on("publish", ({ topic, payload, retain }, client) => {
    if (client === null && !retain) return;
    const text = payload.toString();
    messages.push({ topic, payload: text });
    if (text === "") retained.delete(topic);
    else retained.set(topic, text);
  });
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    aedes.handle(socket);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    retained,
    messages,
    publish: (topic, payload) =>
      new Promise((resolve, reject) => {
        aedes.publish(
          { cmd: "publish", topic, payload: Buffer.from(payload), qos: 1, retain: false, dup: false },
          (error) => (error ? reject(error) : resolve()),
        );
      }),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    },
  };
}

let stack: CliStack;
let port: number;
let broker: Broker;
let publisher: ReturnType<CliStack["start"]> | undefined;
let output = "";
let [home = "", farm = ""]: string[] = [];

beforeAll(async () => {
  stack = await startCliStack(2);
  [home = "", farm = ""] = stack.collector.ids;
  await stack.collector.put({ device_id: home, name: "Home" });
  await stack.collector.put({ device_id: farm });
  await stack.collector.stack.poll({});
  await stack.collector.drained();
});
afterAll(() => stack[Symbol.asyncDispose]());

beforeEach(async () => {
  port = await freePort();
  broker = await startBroker(port);
  publish();
});
afterEach(async () => {
  await stop();
  await broker[Symbol.asyncDispose]();
});

function publish(): void {
  output = "";
  publisher = stack.start("mqtt", `mqtt://home:${PASSWORD}@127.0.0.1:${port}`, "--every", "1s");
  for (const stream of [publisher.stdout, publisher.stderr])
    stream?.on("data", (data) => {
      output += data;
    });
}

async function stop(): Promise<number | null> {
  if (publisher === undefined || publisher.exitCode !== null || publisher.signalCode !== null)
    return publisher?.exitCode ?? null;
  publisher.kill("SIGTERM");
  await once(publisher, "exit");
  return publisher.exitCode;
}

const STATUS = "energylive/local/status";
const configs = () =>
  [...broker.retained]
    .filter(([topic]) => topic.startsWith("homeassistant/"))
    .map(([topic, payload]) => ({ topic, config: JSON.parse(payload) }));
const hasDevices = (...ids: string[]) =>
  expect
    .poll(
      () =>
        ids.every(
          (id) =>
            broker.retained.get(`energylive/local/${id}/availability`) !== undefined &&
            configs().some(({ config }) => config.device.serial_number === id),
        ) && broker.retained.get(STATUS) === "online",
      { timeout: 20_000 },
    )
    .toBe(true);

/** Home Assistant's rules for sensors: which units a class has, and which state classes. developers.home-assistant.io/docs/core/entity/sensor */
const CLASSES: Record<string, { units: string[]; states: string[] }> = {
  energy: {
    units: ["J", "kJ", "MJ", "GJ", "mWh", "Wh", "kWh", "MWh", "GWh", "TWh"],
    states: ["total", "total_increasing"],
  },
  power: { units: ["mW", "W", "kW", "MW", "GW", "TW"], states: ["measurement"] },
  voltage: { units: ["V", "mV", "µV", "kV", "MV"], states: ["measurement"] },
  temperature: { units: ["°C", "°F", "K"], states: ["measurement"] },
  humidity: { units: ["%"], states: ["measurement"] },
  signal_strength: { units: ["dB", "dBm"], states: ["measurement"] },
};

/** What MQTT discovery takes of a sensor. home-assistant.io/integrations/sensor.mqtt */
const FIELDS = new Set([
  "name",
  "unique_id",
  "state_topic",
  "unit_of_measurement",
  "device_class",
  "state_class",
  "entity_category",
  "availability",
  "availability_mode",
  "device",
  "origin",
]);

describe("energylive mqtt", () => {
  it("announces each type of each device as Home Assistant's rules ask for it", async () => {
    await hasDevices(home, farm);
    const found = configs();
    expect(found.length).toBeGreaterThan(20);
    const ids = new Set<string>();
    for (const { topic, config } of found) {
      expect(topic).toMatch(/^homeassistant\/sensor\/[\w-]+\/[\w-]+\/config$/);
      for (const field of Object.keys(config)) expect(FIELDS, field).toContain(field);
      const { device_class, state_class, unit_of_measurement, entity_category, unique_id, device, origin } =
        config;
      if (device_class !== undefined) {
        expect(CLASSES[device_class]?.units, device_class).toContain(unit_of_measurement);
        expect(CLASSES[device_class]?.states, device_class).toContain(state_class);
      }
      expect([undefined, "measurement", "total_increasing"]).toContain(state_class);
      expect([undefined, "diagnostic"]).toContain(entity_category);
      expect(typeof config.name).toBe("string");
      expect(device).toMatchObject({
        identifiers: [expect.stringMatching(/^[\w-]+$/)],
        manufacturer: "energyLIVE",
      });
      expect(origin.name).toBe("energylive-collector");
      expect(config.availability.map((each: { topic: string }) => each.topic)).toEqual([
        STATUS,
        `energylive/local/${device.serial_number}/availability`,
      ]);
      // Each sensor's own state is there, and is a number.
      await expect
        .poll(() => Number(broker.retained.get(config.state_topic)), { message: config.state_topic })
        .not.toBeNaN();
      ids.add(unique_id);
    }
    expect(ids.size).toBe(found.length);
    const names = new Map(found.map(({ config }) => [config.device.serial_number, config.device.name]));
    expect(names).toEqual(
      new Map([
        [home, "Home"],
        [farm, farm],
      ]),
    );
    expect(found.filter(({ config }) => config.device_class === "energy")).toHaveLength(4);
    for (const { config } of found.filter(({ config: { device_class } }) => device_class === "energy"))
      expect(config.state_class).toBe("total_increasing");
  });

  it("tells the values that the devices sent last, and new ones as they come", async () => {
    await hasDevices(home);
    const topic = `energylive/local/${home}/0100010800`;
    const before = Number(broker.retained.get(topic));
    stack.collector.api.setResponse(home, [
      { measurement: "0100010800", timestamp: Date.now(), value: before + 1_000 },
      { measurement: "0100010700", timestamp: Date.now(), value: 100 },
      { measurement: "0100020700", timestamp: Date.now(), value: 350 },
    ]);
    await stack.collector.stack.poll({});
    await expect.poll(() => broker.retained.get(topic), { timeout: 10_000 }).toBe(String(before + 1_000));
    await expect
      .poll(() => broker.retained.get(`energylive/local/${home}/net_power`), { timeout: 10_000 })
      .toBe("-250");
    const told = broker.messages.filter((message) => message.topic === topic);
    expect(told.length, "the same value is told once").toBeLessThanOrEqual(2);
  });

  it("gives a broker that was away every device again", async () => {
    await hasDevices(home, farm);
    await broker[Symbol.asyncDispose]();
    broker = await startBroker(port);
    await hasDevices(home, farm);
    expect(await stop()).toBe(0);
  });

  it("gives Home Assistant every device again when it has started anew", async () => {
    await hasDevices(home, farm);
    const isConfig = ({ topic }: { topic: string }) => topic.endsWith("/config");
    const before = broker.messages.filter(isConfig).length;
    await broker.publish("homeassistant/status", "online");
    await expect.poll(() => broker.messages.filter(isConfig).length, { timeout: 10_000 }).toBe(2 * before);
  });

  it("takes away what was removed, and says that all is unavailable when it ends or dies", async () => {
    await hasDevices(home, farm);
    await stack.collector.stack.devices.remove(farm);
    await expect
      .poll(() => configs().some(({ config }) => config.device.serial_number === farm), { timeout: 10_000 })
      .toBe(false);
    await stack.collector.put({ device_id: farm });
    expect(await stop()).toBe(0);
    expect(broker.retained.get(STATUS)).toBe("offline");
    publish();
    await hasDevices(home);
    publisher?.kill("SIGKILL");
    await expect.poll(() => broker.retained.get(STATUS), { timeout: 10_000 }).toBe("offline");
  });

  it("never says the password, and ends when it is told to without a broker", async () => {
    await hasDevices(home);
    await broker[Symbol.asyncDispose]();
    await expect.poll(() => output, { timeout: 20_000 }).toMatch(/mqtt_failed/);
    expect(await stop()).toBe(0);
    expect(output).not.toContain(PASSWORD);
    broker = await startBroker(port);
  });

  it.each([
    [["mqtt"], /name a broker, such as mqtt:\/\//],
    [["mqtt", "http://home:secret@broker"], /the broker's URL is not one such as/],
  ])("says what is missing: %j", async (args, message) => {
    const { code, stderr } = await stack.run(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("secret");
  });
});
