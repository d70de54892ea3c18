import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { fileWriter, ParquetWriter } from "hyparquet-writer";

import type { Column } from "./columns.ts";

/** As many rows are held in memory, and become one row group, which readers skip or read as a whole. */
const ROWS_PER_GROUP = 20_000;

/** How a kind of column is stored. Times are instants in UTC. Source: parquet-format's LogicalTypes.md */
const STORED = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  number: { type: "DOUBLE" },
  integer: { type: "INT64" },
  time: {
    type: "INT64",
    converted_type: "TIMESTAMP_MILLIS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" },
  },
} as const;

/** A Parquet file (Snappy) that is written row group by row group. */
export interface ParquetFile<Row> {
  add(rows: readonly Row[]): void;
  /** Writes what is left, and the end without which the file cannot be read. */
  finish(): void;
}

/** @param file is replaced. Errors of the file system pass through. */
export function createParquetFile<Row>(file: string, columns: readonly Column<Row>[]): ParquetFile<Row> {
  const parquet = new ParquetWriter({
    writer: fileWriter(file),
    schema: [
      { name: "root", num_children: columns.length },
      ...columns.map(({ name, kind }) => ({
        name,
        repetition_type: "OPTIONAL" as const,
        ...STORED[kind],
      })),
    ],
    createdBy: "energylive-collector",
  });
  let group: Row[] = [];

  function write(): void {
    parquet.write({
      columnData: columns.map(({ name, kind, of }) => ({
        name,
        data: group.map((row) => storedValue(kind, of(row))),
      })),
      rowGroupSize: ROWS_PER_GROUP,
    });
    group = [];
  }

  return {
    add(rows) {
      for (const row of rows) {
        group.push(row);
        if (group.length === ROWS_PER_GROUP) write();
      }
    },
    finish() {
      if (group.length > 0) write();
      parquet.finish();
    },
  };
}

function storedValue(
  kind: Column<unknown>["kind"],
  value: string | number | null,
): string | number | bigint | Date | null {
  if (typeof value !== "number" || kind === "number") return value;
  return kind === "time" ? new Date(value) : BigInt(value);
}

/**
 * Every row of a Parquet file, a row group at a time. Times are dates, 64-bit integers are big.
 *
 * @param columns absent: all
 */
export async function* parquetRows(
  path: string,
  columns?: string[],
): AsyncGenerator<Record<string, unknown>> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    yield* await parquetReadObjects({ file, metadata, rowStart, rowEnd, ...(columns && { columns }) });
    rowStart = rowEnd;
  }
}
