import { Agent, type IncomingMessage, type ServerResponse } from "node:http";

import { startServer } from "../../support/server.ts";
import { type Answer, type Exchange, forward, open } from "./exchange.ts";
import { API_OPERATION, type FaultCounts, noFaults } from "./faults.ts";
import { Deliveries, delayed, reordered, splitSend, splitWrite } from "./payloads.ts";
import { healthy, type Planned, type Schedule } from "./schedule.ts";

type Json = Record<string, unknown>;

/** A request that the service has answered with success. */
export interface Effect {
  operation: string;
  path: string;
  request: Json;
  /** The body as the service gave it: JSON of AWS, text of the energyLIVE API. */
  answer: string;
  /** Whether the client was sent the answer; known when the exchange is over. */
  delivered: Promise<boolean>;
  /** Epoch milliseconds: when the request had come whole. */
  askedAt: number;
  /** Epoch milliseconds: when the service had answered. */
  at: number;
}

export interface FaultyProxyOptions {
  /** The service behind. */
  target: string;
  /** Told of everything that took effect, whether or not the client learns of it. */
  onEffect?: (effect: Effect) => void;
  /**
   * Shortens SQS's waits so that a run of seconds sees what a day sees: how long a message rests that was received, and
   * the most that it rests when it was given back. In seconds.
   */
  visibility?: { received: number; givenBack: number };
}

/** A proxy before one service that injects faults as a schedule says. */
export interface FaultyProxy extends AsyncDisposable {
  readonly endpoint: string;
  readonly injected: Readonly<FaultCounts>;
  setSchedule(schedule: Schedule): void;
  /** Refuses every request until it is called with `false`. */
  setOutage(isDown: boolean): void;
}

const MAX_LATENCY_MS = 1_500;
/** AWS refuses a signature that is more than five minutes off. */
const SKEW_MS = 15 * 60_000;
const EXPIRED_VISIBILITY_SECONDS = 1;

export async function startFaultyProxy(options: FaultyProxyOptions): Promise<FaultyProxy> {
  const faults = new Faults(options);
  const server = await startServer((request, response) => {
    // A client that was killed leaves half an exchange behind.
    faults.answer(request, response).catch(() => response.destroy());
  });
  return {
    endpoint: server.url,
    injected: faults.injected,
    setSchedule: (schedule) => {
      faults.schedule = schedule;
    },
    setOutage: (isDown) => {
      faults.isDown = isDown;
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      faults.close();
    },
  };
}

class Faults {
  schedule: Schedule = healthy;
  isDown = false;
  readonly injected = noFaults();
  readonly #options: FaultyProxyOptions;
  readonly #deliveries = new Deliveries();
  readonly #agent = new Agent({ keepAlive: true });
  #refused = 0;

  constructor(options: FaultyProxyOptions) {
    this.#options = options;
  }

  close(): void {
    this.#agent.destroy();
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = await open(request, response);
    if (this.isDown) return this.#refuse(exchange);
    const planned = this.schedule.next(exchange.operation);
    if (planned !== undefined) this.injected[planned.kind] += 1;
    await this.#answerWith(exchange, planned);
  }

  /** In an outage some requests are answered and some find no one there. */
  #refuse(exchange: Exchange): void {
    this.injected.outage += 1;
    this.#refused += 1;
    if (this.#refused % 2 === 0) exchange.reset();
    else exchange.reply({ status: 503, body: errorBody("ServiceUnavailable", "outage") });
  }

  async #answerWith(exchange: Exchange, planned: Planned | undefined): Promise<void> {
    switch (planned?.kind) {
      case "dropped_before":
        return exchange.drop();
      case "reset_before":
        return exchange.reset();
      case "server_error":
        return exchange.reply({
          status: planned.seed % 2 === 0 ? 500 : 503,
          body: errorBody("InternalServerError", "injected"),
        });
      case "throttle":
        return exchange.reply(throttle(exchange.operation));
      case "clock_skew":
        return exchange.reply(skewed(planned.seed));
      case "dropped_after":
      case "reset_after": {
        await this.#forward(exchange, this.#outgoing(exchange, planned), async () => false);
        return planned.kind === "reset_after" ? exchange.reset() : exchange.drop();
      }
      case "unprocessed_items":
      case "partial_send":
        return this.#answerSplit(exchange, planned);
      default:
        return this.#answerWhole(exchange, planned);
    }
  }

  async #answerSplit(exchange: Exchange, { kind, seed }: Planned): Promise<void> {
    const json = parse(exchange.body);
    const split = kind === "partial_send" ? splitSend(json, seed) : splitWrite(json, seed);
    if (split === undefined) return exchange.reply(throttle(exchange.operation));
    const answer = await this.#forward(exchange, JSON.stringify(split.sent), exchange.isDelivered);
    if (answer.status === 200) answer.body = JSON.stringify(split.merge(parse(answer.body)));
    exchange.reply(answer);
  }

  async #answerWhole(exchange: Exchange, planned: Planned | undefined): Promise<void> {
    if (planned?.kind === "latency") await wait(1 + (planned.seed % MAX_LATENCY_MS));
    const sent = this.#outgoing(exchange, planned);
    const answer = await this.#forward(exchange, sent, exchange.isDelivered);
    if (exchange.operation === "ReceiveMessage" && answer.status === 200) {
      answer.body = JSON.stringify(this.#incoming(parse(answer.body), planned));
    }
    exchange.reply(answer);
  }

  #outgoing({ operation, body }: Exchange, planned: Planned | undefined): string {
    const { visibility } = this.#options;
    if (planned?.kind === "delayed_delivery") return JSON.stringify(delayed(parse(body), planned.seed));
    if (operation === "ReceiveMessage") {
      const VisibilityTimeout =
        planned?.kind === "expired_visibility" ? EXPIRED_VISIBILITY_SECONDS : visibility?.received;
      return VisibilityTimeout === undefined ? body : JSON.stringify({ ...parse(body), VisibilityTimeout });
    }
    if (visibility === undefined || !operation.startsWith("ChangeMessageVisibility")) return body;
    return body.replaceAll(
      /"VisibilityTimeout":(\d+)/g,
      (_, seconds) => `"VisibilityTimeout":${Math.min(Number(seconds), visibility.givenBack)}`,
    );
  }

  #incoming(answer: Json, planned: Planned | undefined): Json {
    const changed =
      planned?.kind === "duplicate_delivery"
        ? this.#deliveries.again(answer, planned.seed)
        : planned?.kind === "reordered_delivery"
          ? reordered(answer, planned.seed)
          : answer;
    this.#deliveries.remember(answer);
    return changed;
  }

  async #forward(exchange: Exchange, body: string, isDelivered: () => Promise<boolean>): Promise<Answer> {
    const { target, onEffect } = this.#options;
    const answer = await forward(exchange.request, target, body, this.#agent);
    if (answer.status === 200) {
      const { operation, askedAt } = exchange;
      const path = exchange.request.url ?? "/";
      const request = operation === API_OPERATION ? {} : parse(body);
      const delivered = isDelivered();
      onEffect?.({ operation, path, request, answer: answer.body, delivered, askedAt, at: Date.now() });
    }
    return answer;
  }
}

function throttle(operation: string): Answer {
  if (operation === API_OPERATION) return { status: 429, body: "{}", headers: { "retry-after": "1" } };
  return { status: 400, body: errorBody("ThrottlingException", "injected: Rate exceeded") };
}

function skewed(seed: number): Answer {
  const offset = seed % 2 === 0 ? SKEW_MS : -SKEW_MS;
  const headers = { date: new Date(Date.now() + offset).toUTCString() };
  return {
    status: 400,
    body: errorBody("InvalidSignatureException", "injected: Signature expired"),
    headers,
  };
}

function errorBody(code: string, message: string): string {
  return JSON.stringify({ __type: `com.amazonaws#${code}`, message });
}

function parse(body: string): Json {
  return JSON.parse(body);
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
