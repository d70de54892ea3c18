import type { Clock } from "@energylive/core/clock";
import * as z from "zod";

import { type AwsAnswer, AwsFailure, startAws, type TestAws } from "../../support/aws.ts";

const Key = z.looseObject({
  device_id: z.object({ S: z.string() }),
  measurement_key: z.object({ S: z.string() }),
});
const Put = z.object({ PutRequest: z.object({ Item: Key }) });
const BatchWrite = z.object({ RequestItems: z.record(z.string(), z.array(Put)) });

/** A measurements table that can be down, or take a number of items a second and leave the rest unprocessed. */
export class SimulatedTable {
  readonly items = new Map<string, object>();
  isDown = false;
  requests = 0;
  readonly #clock: Clock;
  #capacity = Number.POSITIVE_INFINITY;
  #tokens = 0;
  #filledAt = 0;

  readonly #forwardTo: string | undefined;

  /** @param forwardTo the endpoint of a DynamoDB that keeps the items instead, and answers all other operations */
  constructor(clock: Clock, forwardTo?: string) {
    this.#clock = clock;
    this.#forwardTo = forwardTo;
  }

  /** Items a second from now on; one second's worth may come at once. */
  limit(itemsPerSecond: number): void {
    this.#capacity = itemsPerSecond;
    this.#tokens = 0;
    this.#filledAt = this.#clock.now();
  }

  start(): Promise<TestAws> {
    return startAws((request) => {
      if (this.isDown) return this.#failure();
      if (this.#forwardTo !== undefined) return request.forward(this.#forwardTo);
      return request.operation === "BatchWriteItem"
        ? this.#write(request.input)
        : new AwsFailure("UnknownOperationException");
    });
  }

  #failure(): AwsAnswer {
    this.requests += 1;
    return this.requests % 2 === 0 ? "reset" : new AwsFailure("InternalServerError", undefined, 500);
  }

  #write(input: unknown): AwsAnswer {
    this.requests += 1;
    const batch = BatchWrite.safeParse(input);
    if (!batch.success) return new AwsFailure("SerializationException");
    const [[table = "", puts = []] = []] = Object.entries(batch.data.RequestItems);
    const taken = puts.slice(0, this.#take(puts.length));
    for (const { PutRequest } of taken) {
      const { device_id, measurement_key } = PutRequest.Item;
      this.items.set(`${device_id.S} ${measurement_key.S}`, PutRequest.Item);
    }
    if (taken.length === 0) return new AwsFailure("ThrottlingException");
    const left = puts.slice(taken.length);
    return { UnprocessedItems: left.length === 0 ? {} : { [table]: left } };
  }

  #take(wanted: number): number {
    if (this.#capacity === Number.POSITIVE_INFINITY) return wanted;
    const elapsedSeconds = (this.#clock.now() - this.#filledAt) / 1000;
    this.#tokens = Math.min(Math.max(1, this.#capacity), this.#tokens + elapsedSeconds * this.#capacity);
    this.#filledAt = this.#clock.now();
    const taken = Math.min(wanted, Math.floor(this.#tokens));
    this.#tokens -= taken;
    return taken;
  }
}
