import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { Fault } from "@energylive/simulator/faults";

import type { Actor } from "./actors.ts";
import type { Chance } from "./chance.ts";
import type { World } from "./world.ts";

const OUTAGE_MS = { least: 300, most: 2_500 };

/** What the API may do to a device from one poll to the next. */
const API_FAULTS: readonly [Fault, ...Fault[]] = [
  { kind: "status", status: 500 },
  { kind: "status", status: 404 },
  { kind: "status", status: 403 },
  { kind: "status", status: 429, retryAfter: 1 },
  { kind: "redirect", location: "http://127.0.0.1:9/" },
  { kind: "html" },
  { kind: "not_an_array" },
  { kind: "huge_body", bytes: 2_000_000 },
  { kind: "connection_reset" },
  { kind: "truncated_body" },
  { kind: "hang" },
  { kind: "slow_body", overMs: 1_000 },
  { kind: "latency", ms: 500 },
  { kind: "wrong_types" },
  { kind: "deep_nesting", depth: 20_000 },
  { kind: "duplicate_elements" },
  { kind: "conflicting_elements" },
  { kind: "future_timestamps", ms: 86_400_000 },
  { kind: "backwards_timestamps" },
  { kind: "jumping_clock" },
  { kind: "jumping_clock", ms: 240_000 },
  { kind: "corrected_values" },
];

const POISON: readonly [string, ...string[]] = ["not JSON {", "[]", '{"v":2}', '{"v":1}', "null"];

/** What happens to a run from outside, one thing at a time, as chance has it. */
export class Mischief {
  /** The name that a person gave a device last. */
  readonly edits = new Map<string, string>();
  readonly counts: Record<string, number> = {};
  readonly #world: World;
  readonly #chance: Chance;
  readonly #fetcher: Actor;
  readonly #consumers: readonly [Actor, ...Actor[]];
  readonly #profilers: readonly [Actor, ...Actor[]];
  readonly #outages: Promise<void>[] = [];

  constructor(
    world: World,
    chance: Chance,
    actors: {
      fetcher: Actor;
      consumers: readonly [Actor, ...Actor[]];
      profilers: readonly [Actor, ...Actor[]];
    },
  ) {
    this.#world = world;
    this.#chance = chance;
    this.#fetcher = actors.fetcher;
    this.#consumers = actors.consumers;
    this.#profilers = actors.profilers;
  }

  async next(): Promise<void> {
    const [name, act] = this.#chance.of<[string, () => Promise<void>]>([
      ["fetcher killed", () => this.#fetcher.kill()],
      ["consumer killed", () => this.#chance.of(this.#consumers).kill()],
      ["profiler killed", () => this.#chance.of(this.#profilers).kill()],
      ["outage of DynamoDB", () => this.#outage("dynamodb")],
      ["outage of SQS", () => this.#outage("sqs")],
      ["outage of the API", () => this.#outage("api")],
      ["device at fault", () => this.#disturbDevice()],
      ["device at fault", () => this.#disturbDevice()],
      ["device edited", () => this.#edit()],
      ["poison sent", () => this.#send(this.#chance.of(POISON))],
      ["message replayed", () => this.#replay()],
    ]);
    this.counts[name] = (this.counts[name] ?? 0) + 1;
    await act();
  }

  /** Ends everything that is still going on. */
  async end(): Promise<void> {
    await Promise.all(this.#outages);
    for (const id of this.#world.api.deviceIds) this.#world.api.setFault(id, undefined);
  }

  async #outage(service: keyof World["proxies"]): Promise<void> {
    const proxy = this.#world.proxies[service];
    const lastsMs = this.#chance.between(OUTAGE_MS.least, OUTAGE_MS.most);
    proxy.setOutage(true);
    const over = new Promise<void>((resolve) => setTimeout(resolve, lastsMs)).then(() =>
      proxy.setOutage(false),
    );
    this.#outages.push(over);
  }

  /** A tenth of the devices, each in its own way. */
  async #disturbDevice(): Promise<void> {
    const { api } = this.#world;
    for (const id of api.deviceIds) {
      if (this.#chance.between(0, 1) > 0.1) continue;
      const heals = this.#chance.between(0, 1) < 0.3;
      api.setFault(id, heals ? undefined : this.#chance.of(API_FAULTS));
    }
  }

  /** Invariant 7: it must still be there at the end. */
  async #edit(): Promise<void> {
    const { api, dynamodb, services } = this.#world;
    const id = this.#device(api.deviceIds);
    const name = `edited ${this.#chance.between(0, 1)}`;
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: services.names.devicesTable,
        Key: { device_id: { S: id } },
        UpdateExpression: "SET #name = :name",
        ExpressionAttributeNames: { "#name": "name" },
        ExpressionAttributeValues: { ":name": { S: name } },
      }),
    );
    this.edits.set(id, name);
  }

  /** Invariant 2: a message of the run once more, long after it was stored. */
  async #replay(): Promise<void> {
    const sent = this.#world.journal.accepted.filter(({ queue }) => queue === "measurements");
    const replayed = sent[Math.floor(this.#chance.between(0, sent.length))];
    if (replayed !== undefined) await this.#send(replayed.body);
  }

  async #send(MessageBody: string): Promise<void> {
    const { sqs, services, journal } = this.#world;
    await sqs.send(new SendMessageCommand({ QueueUrl: services.queueUrl, MessageBody }));
    journal.accepted.push({ queue: "measurements", body: MessageBody, at: Date.now() });
  }

  #device(ids: readonly string[]): string {
    return ids[Math.floor(this.#chance.between(0, ids.length))] ?? "";
  }
}
