import { rm } from "node:fs/promises";
import { join } from "node:path";

import type { Column } from "./columns.ts";
import type { ArchiveFiles } from "./files.ts";
import { createParquetFile, parquetRows } from "./parquet.ts";

/** Devices that are read at once. */
const CONCURRENT_DEVICES = 8;

/** What a file of the archive consists of: the rows of each device, in the order of their ids. */
export interface RewrittenFile<Row> {
  path: string;
  columns: readonly Column<Row>[];
  /** In order. Others that the file has already stay. */
  devices: readonly string[];
  /** What the tables hold of a device now. */
  rowsOf: (device: string) => Promise<Row[]>;
  /** What becomes of the rows that the file has; without it they are replaced. */
  archived?: {
    /** A row as it is read from a Parquet file. */
    readRow: (stored: Record<string, unknown>) => Row;
    deviceOf: (row: Row) => string;
    /** What is archived of a device, and what the tables hold: raw measurements expire, the archive does not. */
    join: (archived: readonly Row[], now: readonly Row[]) => readonly Row[];
  };
}

/**
 * Writes a file from what the tables hold, and from what it holds already: also devices that were removed meanwhile. A device at a
 * time is held in memory.
 *
 * @param scratch a folder of this machine
 * @returns how many rows it has
 */
export async function rewriteFile<Row>(
  files: ArchiveFiles,
  scratch: string,
  file: RewrittenFile<Row>,
): Promise<number> {
  const [before, after] = [join(scratch, "before.parquet"), join(scratch, "after.parquet")];
  try {
    const kept = file.archived;
    const isThere = kept !== undefined && (await files.download(file.path, before));
    const archived = new Ahead(isThere ? groups(kept, before) : noGroups<Row>());
    const parquet = createParquetFile(after, file.columns);
    let count = 0;
    const add = (rows: readonly Row[]) => {
      parquet.add(rows);
      count += rows.length;
    };
    const addRemoved = async ([device, rows]: Group<Row>) => {
      const now = await file.rowsOf(device);
      add(kept?.join(rows, now) ?? now);
    };
    for (let start = 0; start < file.devices.length; start += CONCURRENT_DEVICES) {
      const devices = file.devices.slice(start, start + CONCURRENT_DEVICES);
      const stored = await Promise.all(devices.map((device) => file.rowsOf(device)));
      for (const [index, device] of devices.entries()) {
        for await (const removed of archived.before(device)) await addRemoved(removed);
        const now = stored[index] ?? [];
        add(kept?.join(await archived.of(device), now) ?? now);
      }
    }
    for await (const removed of archived.before(undefined)) await addRemoved(removed);
    parquet.finish();
    await files.upload(file.path, after);
    return count;
  } finally {
    for (const each of [before, after]) await rm(each, { force: true });
  }
}

/** The devices of a file; none if there is no such file. */
export async function devicesOfFile(
  files: ArchiveFiles,
  scratch: string,
  path: string,
): Promise<Set<string>> {
  const read = join(scratch, "read.parquet");
  const devices = new Set<string>();
  try {
    if (await files.download(path, read))
      for await (const { device_id } of parquetRows(read, ["device_id"])) devices.add(String(device_id));
    return devices;
  } finally {
    await rm(read, { force: true });
  }
}

type Group<Row> = readonly [device: string, rows: Row[]];

async function* noGroups<Row>(): AsyncGenerator<Group<Row>> {}

/** The rows of an archived file by device. */
async function* groups<Row>(
  { readRow, deviceOf }: NonNullable<RewrittenFile<Row>["archived"]>,
  path: string,
): AsyncGenerator<Group<Row>> {
  let open: Group<Row> | undefined;
  for await (const stored of parquetRows(path)) {
    const row = readRow(stored);
    const device = deviceOf(row);
    if (open?.[0] !== device) {
      if (open !== undefined) yield open;
      open = [device, []];
    }
    open[1].push(row);
  }
  if (open !== undefined) yield open;
}

/** Groups in the order of their devices, taken as far as somebody else has come. */
class Ahead<Row> {
  readonly #groups: AsyncGenerator<Group<Row>>;
  #next: IteratorResult<Group<Row>> | undefined;

  constructor(groups: AsyncGenerator<Group<Row>>) {
    this.#groups = groups;
  }

  /** Those before a device; without one all that are left. */
  async *before(device: string | undefined): AsyncGenerator<Group<Row>> {
    for (;;) {
      const group = await this.#peek();
      if (group === undefined || (device !== undefined && group[0] >= device)) return;
      this.#next = undefined;
      yield group;
    }
  }

  async of(device: string): Promise<Row[]> {
    const group = await this.#peek();
    if (group?.[0] !== device) return [];
    this.#next = undefined;
    return group[1];
  }

  async #peek(): Promise<Group<Row> | undefined> {
    this.#next ??= await this.#groups.next();
    return this.#next.done === true ? undefined : this.#next.value;
  }
}
