import { CSV_COLUMNS } from "@energylive/core/measurement/csv";
import type { MeasurementHistory } from "@energylive/core/measurement/history";
import type { StoredMeasurement } from "@energylive/core/measurement/item";
import type { Hono } from "hono";
import * as z from "zod";

import { badRequest } from "../problem.ts";
import { deviceId, instant, measurementType, parse } from "../query.ts";
import { csvHead, csvHeaders, csvLines, numberCell, type Sheet, sheetQuery, timeCell } from "./sheet.ts";

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
  ...sheetQuery,
});

/** The local time beside the one in UTC. */
const COLUMNS = CSV_COLUMNS.flatMap((column) =>
  column === "iso_timestamp" ? [column, "local_time"] : [column],
);

export function addCsvRoutes(app: Hono, { history }: { history: MeasurementHistory }): void {
  app.get("/api/csv", (context) => {
    const query = parse(Query, {
      ...context.req.query(),
      device: context.req.queries("device") ?? [],
      type: context.req.queries("type") ?? [],
    });
    const { device, type, from, to } = query;
    if (to <= from) throw badRequest("to is not after from");
    const parts = [
      device.length === 1 ? (device[0] ?? "") : `${device.length}-devices`,
      ...(type.length === 1 ? type : []),
    ];
    return context.body(streamOf(csv(history, query)), 200, csvHeaders(parts, query, query));
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

async function* csv(history: MeasurementHistory, query: z.infer<typeof Query>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const { device: devices, type: types, from, to } = query;
  yield encoder.encode(csvHead(COLUMNS, query));
  let rows: unknown[][] = [];
  const wanted = new Set(types);
  const [only] = types.length === 1 ? types : [];
  for (const device of new Set(devices)) {
    for await (const measurement of history.ofDevice(device, { since: from, until: to }, only)) {
      if (wanted.size > 0 && !wanted.has(measurement.measurement_type)) continue;
      rows.push(rowOf(measurement, query));
      if (rows.length < ROWS_AT_ONCE) continue;
      yield encoder.encode(csvLines(rows, query));
      rows = [];
    }
  }
  if (rows.length > 0) yield encoder.encode(csvLines(rows, query));
}

/** A type can have any name that a device sends; the collector writes all other columns. */
function rowOf(measurement: StoredMeasurement, sheet: Sheet): unknown[] {
  const cells: Record<string, string | number> = {
    ...measurement,
    measurement_type: withoutFormula(measurement.measurement_type),
    value: numberCell(measurement.value, sheet),
    local_time: timeCell(measurement.timestamp, sheet),
  };
  return COLUMNS.map((column) => cells[column] ?? "");
}

/**
 * Keeps a spreadsheet from running a text as a formula.
 * Source: owasp.org/www-community/attacks/CSV_Injection
 */
function withoutFormula(text: string): string {
  return /^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text;
}
