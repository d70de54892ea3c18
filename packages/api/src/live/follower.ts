import type { Clock } from "@energylive/core/clock";
import type { DeviceRegistry } from "@energylive/core/device/registry";
import { createKeyStore } from "@energylive/core/keys/store";
import { followDevice } from "@energylive/core/live/follow";
import type { Log } from "@energylive/core/log";
import { factsOfType } from "@energylive/core/measurement/obis";
import type { Queues } from "@energylive/core/queue/queues";

import type { Account } from "../account/account.ts";
import type { EventHub } from "./events.ts";

/** Streams of the API that are open at once, for all pages together. */
const MOST_FOLLOWED = 10;

/** A page that is loaded again, or connects again, finds the stream still open. */
const LINGER_MS = 5_000;

export interface FollowerParts {
  hub: EventHub;
  registry: Pick<DeviceRegistry, "find">;
  account: Pick<Account, "api" | "keys">;
  queues: () => Promise<Queues>;
  retentionDays(): Promise<number>;
  clock: Clock;
  log: Log;
}

interface Followed {
  pages: number;
  /** The API has answered. */
  isOpen: boolean;
  ending: AbortController;
}

/** Follows devices as they send, each once for all pages that look at it, and only while one does. */
export class Follower {
  readonly #parts: FollowerParts;
  readonly #followed = new Map<string, Followed>();

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  /** @returns ends it, for this page */
  follow(deviceId: string): () => void {
    const followed = this.#followed.get(deviceId) ?? this.#start(deviceId);
    if (followed === undefined) return () => {};
    followed.pages += 1;
    if (followed.isOpen) this.#tell(deviceId, true);
    return () => {
      followed.pages -= 1;
      if (followed.pages === 0) void this.#endLater(followed);
    };
  }

  close(): void {
    for (const { ending } of this.#followed.values()) ending.abort();
  }

  #start(deviceId: string): Followed | undefined {
    if (this.#followed.size >= MOST_FOLLOWED) return undefined;
    const followed = { pages: 0, isOpen: false, ending: new AbortController() };
    this.#followed.set(deviceId, followed);
    void this.#run(deviceId, followed).finally(() => {
      this.#followed.delete(deviceId);
      this.#tell(deviceId, false);
    });
    return followed;
  }

  async #endLater(followed: Followed): Promise<void> {
    await this.#parts.clock.sleep(LINGER_MS, followed.ending.signal);
    if (followed.pages === 0) followed.ending.abort();
  }

  /** Never throws: without live values the page shows what polls bring. */
  async #run(deviceId: string, followed: Followed): Promise<void> {
    const { hub, registry, account, clock, log } = this.#parts;
    try {
      const { device } = (await registry.find(deviceId)) ?? {};
      if (device?.enabled !== true) return;
      const { sqs, queueUrl, dlqUrl } = await this.#parts.queues();
      await followDevice(device, {
        api: await account.api(),
        keys: createKeyStore({ source: (await account.keys()).source, clock }),
        sqs,
        queueUrl,
        dlqUrl,
        retentionDays: await this.#parts.retentionDays(),
        clock,
        random: Math.random,
        log,
        signal: followed.ending.signal,
        onOpen: () => {
          followed.isOpen = true;
          this.#tell(deviceId, true);
        },
        onMeasurements: (measurements) =>
          hub.send({
            kind: "stored",
            device_id: deviceId,
            latest: measurements.map((each) => ({ ...factsOfType(each.measurement_type), ...each })),
          }),
      });
    } catch (error) {
      log.info({ event: "live_ended", device_id: deviceId, error });
    }
  }

  #tell(device_id: string, is_followed: boolean): void {
    this.#parts.hub.send({ kind: "live", device_id, is_followed });
  }
}
