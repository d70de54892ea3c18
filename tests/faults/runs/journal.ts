import type { ResourceNames } from "@energylive/core/settings/names";

import type { Accepted, Answer, FetcherRun } from "../checker/evidence.ts";
import { API_OPERATION } from "../proxy/faults.ts";
import type { Effect } from "../proxy/server.ts";

/** The events that the account needs. */
const EVENTS = /"(poll_failed|state_not_saved)"/;

/** Writes down what a run's services have taken and answered, and what its processes have logged. */
export class Journal {
  readonly answers: Answer[] = [];
  readonly accepted: Accepted[] = [];
  readonly runs: FetcherRun[] = [];
  readonly failedPolls: { deviceId: string; at: number }[] = [];
  readonly unsavedStates: { deviceId: string; at: number }[] = [];
  /** Lines in which a process shows the API key. */
  readonly leaks: string[] = [];
  lines = 0;
  readonly #holdsKey: (text: string) => boolean;
  readonly #names: Pick<ResourceNames, "measurementDlq" | "profileQueue">;
  readonly #pending: Promise<void>[] = [];

  constructor(options: {
    holdsKey: (text: string) => boolean;
    names: Pick<ResourceNames, "measurementDlq" | "profileQueue">;
  }) {
    this.#holdsKey = options.holdsKey;
    this.#names = options.names;
  }

  /** Resolves when every exchange with the API is known to have been delivered or not. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  effect({ operation, path, request, answer, delivered, askedAt, at }: Effect): void {
    if (operation === API_OPERATION) {
      const [, deviceId] = /\/devices\/([^/]+)\/measurements\/latest/.exec(path) ?? [];
      if (deviceId === undefined) return;
      this.#pending.push(
        delivered.then((isDelivered) => {
          this.answers.push({ deviceId, askedAt, at, isDelivered, body: answer });
        }),
      );
    } else if (operation === "SendMessageBatch") this.#sent(request, JSON.parse(answer), at);
  }

  #sent(request: Record<string, unknown>, answer: { Successful?: { Id: string }[] }, at: number): void {
    const taken = new Set(answer.Successful?.map(({ Id }) => Id));
    const url = String(request.QueueUrl);
    // What was computed is checked by itself.
    if (url.endsWith(this.#names.profileQueue)) return;
    const queue = url.endsWith(this.#names.measurementDlq) ? "dlq" : "measurements";
    for (const { Id, MessageBody } of request.Entries as { Id: string; MessageBody: string }[])
      if (taken.has(Id)) this.accepted.push({ queue, body: MessageBody, at });
  }

  /** @param skewMs how far the clock of the process that wrote the line is ahead of this one's */
  line(line: string, skewMs: number): void {
    this.lines += 1;
    if (this.#holdsKey(line)) this.leaks.push(line);
    if (!EVENTS.test(line)) return;
    const { event, device_id: deviceId, time } = JSON.parse(line);
    const at = Date.parse(time) - skewMs;
    if (event === "poll_failed") this.failedPolls.push({ deviceId, at });
    if (event === "state_not_saved") this.unsavedStates.push({ deviceId, at });
  }
}
