import { CSV_COLUMNS } from "@energylive/core/measurement/csv";
import type { MeasurementHistory } from "@energylive/core/measurement/history";
import type { StoredMeasurement } from "@energylive/core/measurement/item";
import { stringify } from "csv-stringify/sync";
import type { Hono } from "hono";
import * as z from "zod";

import { badRequest } from "../problem.ts";
import { deviceId, instant, measurementType, parse } from "../query.ts";

/** Rows per write. */
const ROWS_AT_ONCE = 1_000;

/** Per download. */
const MOST_DEVICES = 50;
const MOST_TYPES = 50;

const Query = z.object({
  device: z.array(deviceId).min(1, "is missing").max(MOST_DEVICES, `are more than ${MOST_DEVICES}`),
  type: z.array(measurementType).max(MOST_TYPES, `are more than ${MOST_TYPES}`),
  from: instant,
  to: instant,
});

export function addCsvRoutes(app: Hono, { history }: { history: MeasurementHistory }): void {
  app.get("/api/csv", (context) => {
    const query = parse(Query, {
      ...context.req.query(),
      device: context.req.queries("device") ?? [],
      type: context.req.queries("type") ?? [],
    });
    const { device, type, from, to } = query;
    if (to <= from) throw badRequest("to is not after from");
    return context.body(streamOf(csv(history, query)), 200, {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${fileName(device, type, from, to)}"`,
    });
  });
}

/** Reads as fast as the browser receives, and stops when it disconnects. */
function streamOf(parts: AsyncGenerator<Uint8Array>): ReadableStream {
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await parts.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
}

async function* csv(
  history: MeasurementHistory,
  { device: devices, type: types, from, to }: z.infer<typeof Query>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(stringify([[...CSV_COLUMNS]]));
  let rows: Record<string, unknown>[] = [];
  const wanted = new Set(types);
  const [only] = types.length === 1 ? types : [];
  for (const device of new Set(devices)) {
    for await (const measurement of history.ofDevice(device, { since: from, until: to }, only)) {
      if (wanted.size > 0 && !wanted.has(measurement.measurement_type)) continue;
      rows.push(row(measurement));
      if (rows.length < ROWS_AT_ONCE) continue;
      yield encoder.encode(stringify(rows, { columns: [...CSV_COLUMNS] }));
      rows = [];
    }
  }
  if (rows.length > 0) yield encoder.encode(stringify(rows, { columns: [...CSV_COLUMNS] }));
}

/** A type can have any name that a device sends; the collector writes all other columns. */
function row(measurement: StoredMeasurement): Record<string, unknown> {
  return { ...measurement, measurement_type: withoutFormula(measurement.measurement_type) };
}

/**
 * Keeps a spreadsheet from running a text as a formula.
 * Source: owasp.org/www-community/attacks/CSV_Injection
 */
function withoutFormula(text: string): string {
  return /^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text;
}

/** `energylive_I-10082023-01658401_0100010700_2026-11-24_2026-11-25.csv`, in UTC, with characters that every system allows. */
function fileName(devices: readonly string[], types: readonly string[], from: number, to: number): string {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const parts = [
    "energylive",
    devices.length === 1 ? devices[0] : `${devices.length}-devices`,
    ...(types.length === 1 ? types : []),
    day(from),
    day(to),
  ];
  return `${parts
    .join("_")
    .replaceAll(/[^\w.-]/g, "-")
    .slice(0, 150)}.csv`;
}
