import { open } from "node:fs/promises";

import type { Column } from "@energylive/core/archive/columns";
import { stringify } from "csv-stringify/sync";
import type { SheetData } from "write-excel-file/node";

import { FailedError } from "../errors.ts";
import type { Exported } from "./rows.ts";

export const FORMATS = ["parquet", "csv", "ndjson", "xlsx"] as const;
export type ExportFormat = (typeof FORMATS)[number];

/** Rows that are written at once. */
const BATCH = 5_000;

/** More a sheet does not hold, and the whole sheet is in memory. The first row has the names. */
const MOST_SHEET_ROWS = 1_048_575;

/** Writes all rows to a file, which is replaced. @returns how many */
export async function writeRows<Row>(
  file: string,
  format: ExportFormat,
  exported: Exported<Row>,
  rows: AsyncIterable<Row>,
): Promise<number> {
  const writer = await WRITERS[format](file, exported);
  let count = 0;
  let batch: Row[] = [];
  try {
    for await (const row of rows) {
      batch.push(row);
      count += 1;
      if (batch.length < BATCH) continue;
      await writer.add(batch);
      batch = [];
    }
    await writer.add(batch);
    await writer.finish();
  } finally {
    await writer.close?.();
  }
  return count;
}

interface Writer<Row> {
  add(rows: readonly Row[]): Promise<unknown> | undefined;
  finish(): Promise<unknown> | undefined;
  /** Also after an error. */
  close?(): Promise<void>;
}

const WRITERS: {
  readonly [Format in ExportFormat]: <Row>(file: string, exported: Exported<Row>) => Promise<Writer<Row>>;
} = {
  async parquet(file, { columns }) {
    const { createParquetFile } = await import("@energylive/core/archive/parquet");
    const parquet = createParquetFile(file, columns);
    return {
      async add(rows) {
        parquet.add(rows);
      },
      async finish() {
        parquet.finish();
      },
    };
  },

  async csv(file, { csvColumns, text }) {
    let isFirst = true;
    return textFile(file, (rows) => {
      const header = isFirst;
      isFirst = false;
      return stringify(rows.map(text), { header, columns: [...csvColumns] });
    });
  },

  ndjson: (file, { json }) =>
    textFile(file, (rows) => rows.map((row) => `${JSON.stringify(json(row))}\n`).join("")),

  async xlsx(file, { columns }) {
    const { default: writeExcelFile } = await import("write-excel-file/node");
    const sheet: SheetData = [columns.map(({ name }) => ({ value: name, fontWeight: "bold" }))];
    return {
      async add(rows) {
        if (sheet.length + rows.length > MOST_SHEET_ROWS + 1)
          throw new FailedError(`a sheet holds ${MOST_SHEET_ROWS} rows, and there are more`, {
            advice: "export a shorter time, or as csv or parquet",
          });
        for (const row of rows) sheet.push(columns.map((column) => cellOf(column, row)));
      },
      finish: () => writeExcelFile(sheet).toFile(file),
    };
  },
};

async function textFile<Row>(file: string, textOf: (rows: readonly Row[]) => string): Promise<Writer<Row>> {
  const handle = await open(file, "w");
  return {
    add: (rows) => handle.appendFile(textOf(rows)),
    finish: async () => undefined,
    close: () => handle.close(),
  };
}

/** A spreadsheet knows no time zone: its times are in UTC. */
function cellOf<Row>({ kind, of }: Column<Row>, row: Row): SheetData[number][number] {
  const value = of(row);
  if (value === null) return null;
  if (kind === "time") return { type: Date, value: new Date(value), format: "yyyy-mm-dd hh:mm:ss" };
  return kind === "text" ? { type: String, value: String(value) } : { type: Number, value: Number(value) };
}
