import type { Clock } from "@energylive/core/clock";
import type { PointReader } from "@energylive/core/measurement/points";

import { sharedReads } from "../shared-reads.ts";

/** One series by time: times in epoch milliseconds, and the value at each. */
export interface Columns {
  times: number[];
  values: number[];
}

/** Reads raw series of up to a few days. */
export interface SeriesStore {
  /** `from` included, `to` not. Errors of DynamoDB pass through. */
  read(deviceId: string, type: string, from: number, to: number): Promise<Columns>;
}

export function createSeriesStore({ points, clock }: { points: PointReader; clock: Clock }): SeriesStore {
  const shared = sharedReads<Map<string, Columns>>(clock);

  async function readAll(deviceId: string, since: number, until: number): Promise<Map<string, Columns>> {
    const types = new Map<string, Columns>();
    for await (const page of points(deviceId, { since, until })) {
      for (const { at, measurement_type, value } of page) {
        let columns = types.get(measurement_type);
        if (columns === undefined) {
          columns = { times: [], values: [] };
          types.set(measurement_type, columns);
        }
        columns.times.push(at);
        columns.values.push(value);
      }
    }
    return types;
  }

  return {
    async read(deviceId, type, from, to) {
      const types = await shared(`${deviceId} ${from} ${to}`, () => readAll(deviceId, from, to));
      return types.get(type) ?? { times: [], values: [] };
    },
  };
}
