/** Where the archive is: a bucket, or a folder of this machine. Paths have slashes and begin with no slash. */
export interface ArchiveFiles {
  /** All paths, in any order. */
  list(): Promise<string[]>;
  /** @param to a file of this machine. @returns false if there is none */
  download(path: string, to: string): Promise<boolean>;
  /** Replaces a file whole: whoever reads it meanwhile sees the old or the new one. */
  upload(path: string, from: string): Promise<void>;
}

/** The tables of the archive, each with what its files are divided by. */
export const ARCHIVE_TABLES = {
  measurements: "day",
  load_profile: "month",
  market_price: "month",
} as const;
export type ArchiveTable = keyof typeof ARCHIVE_TABLES;

/** One of the files that hold a day or month: each has the devices that `isOfPart` gives it. */
export interface ArchivePart {
  table: ArchiveTable;
  /** `2026-11-25`, `2026-11` */
  period: string;
  index: number;
  /** How many there are; fixed when the first one is written, so that a device stays in its file. */
  total: number;
}

/** @example "measurements/day=2026-11-25/shard-0-of-1.parquet" */
export function pathOf({ table, period, index, total }: ArchivePart): string {
  return `${table}/${ARCHIVE_TABLES[table]}=${period}/shard-${index}-of-${total}.parquet`;
}

const PATH =
  /^(measurements|load_profile|market_price)\/(?:day|month)=(\d{4}-\d{2}(?:-\d{2})?)\/shard-(\d+)-of-(\d+)\.parquet$/;

/** `undefined` for a file of somebody else. */
export function partOf(path: string): ArchivePart | undefined {
  const [, table, period, index, total] = PATH.exec(path) ?? [];
  if (table === undefined || period === undefined) return undefined;
  return { table: table as ArchiveTable, period, index: Number(index), total: Number(total) };
}
