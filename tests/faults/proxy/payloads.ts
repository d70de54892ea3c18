import { mix, unit } from "@energylive/simulator/random";
import * as z from "zod";

/** The parts of AWS's JSON protocol that faults change. Everything else passes through untouched. */

const Entry = z.looseObject({ Id: z.string() });
const SendBatch = z.looseObject({ QueueUrl: z.string(), Entries: z.array(Entry) });
const SendBatchResult = z.looseObject({
  Successful: z.array(Entry).default([]),
  Failed: z.array(Entry).default([]),
});
const BatchWrite = z.looseObject({ RequestItems: z.record(z.string(), z.array(z.unknown())) });
const ReceiveResult = z.looseObject({ Messages: z.array(z.unknown()).optional() });

type Json = Record<string, unknown>;

/** A request of which only a part is sent on, and how the answer to that part becomes the answer to all of it. */
export interface Split {
  sent: Json;
  merge: (answer: Json) => Json;
}

/** SendMessageBatch: a random part, at least one entry, is refused. `undefined` when none would be left to send. */
export function splitSend(request: Json, seed: number): Split | undefined {
  const { Entries, ...rest } = SendBatch.parse(request);
  const [taken, refused] = partition(Entries, seed);
  if (taken.length === 0) return undefined;
  const Failed = refused.map(({ Id }) => ({
    Id,
    SenderFault: false,
    Code: "InternalError",
    Message: "injected",
  }));
  return {
    sent: { ...rest, Entries: taken },
    merge(answer) {
      const result = SendBatchResult.parse(answer);
      return { ...result, Failed: [...result.Failed, ...Failed] };
    },
  };
}

/** BatchWriteItem: a random part, at least one request, is left unprocessed. */
export function splitWrite(request: Json, seed: number): Split | undefined {
  const { RequestItems, ...rest } = BatchWrite.parse(request);
  const [[table = "", requests = []] = []] = Object.entries(RequestItems);
  const [taken, left] = partition(requests, seed);
  if (taken.length === 0) return undefined;
  return {
    sent: { ...rest, RequestItems: { [table]: taken } },
    merge: (answer) => ({ ...answer, UnprocessedItems: { [table]: left } }),
  };
}

const MAX_DELAY_SECONDS = 3;

/** SendMessageBatch: every entry has a delay of its own, so that they are also received in another order. */
export function delayed(request: Json, seed: number): Json {
  const { Entries, ...rest } = SendBatch.parse(request);
  const late = Entries.map((entry, index) => ({
    ...entry,
    DelaySeconds: 1 + (mix(seed, index) % MAX_DELAY_SECONDS),
  }));
  return { ...rest, Entries: late };
}

/** ReceiveMessage's limit. */
const MAX_MESSAGES = 10;

/** Messages that were handed out, to be handed out again. */
export class Deliveries {
  readonly #seen: unknown[] = [];

  /** Remembers what an answer hands out; only the newest, for a copy that comes too late proves nothing. */
  remember(answer: Json): void {
    this.#seen.push(...(ReceiveResult.parse(answer).Messages ?? []));
    this.#seen.splice(0, Math.max(0, this.#seen.length - 10 * MAX_MESSAGES));
  }

  /** The answer with copies of earlier messages, as many as there is room for. */
  again(answer: Json, seed: number): Json {
    const { Messages = [] } = ReceiveResult.parse(answer);
    const copies = shuffled(this.#seen, seed).slice(0, MAX_MESSAGES - Messages.length);
    return { ...answer, Messages: shuffled([...Messages, ...copies], seed) };
  }
}

export function reordered(answer: Json, seed: number): Json {
  const { Messages } = ReceiveResult.parse(answer);
  return Messages === undefined ? answer : { ...answer, Messages: shuffled(Messages, seed) };
}

/** Two parts by chance; the second has at least one element. */
function partition<T>(elements: readonly T[], seed: number): [T[], T[]] {
  const spared = mix(seed, 0) % elements.length;
  const isTaken = (index: number) => index !== spared && unit(seed, index + 1) < 0.5;
  return [elements.filter((_, index) => isTaken(index)), elements.filter((_, index) => !isTaken(index))];
}

function shuffled<T>(elements: readonly T[], seed: number): T[] {
  return elements
    .map((element, index) => ({ element, rank: mix(seed, index) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ element }) => element);
}
