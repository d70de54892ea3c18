import { type ArchivePart, type ArchiveTable, partOf } from "./files.ts";
import type { Archiver } from "./late.ts";

/** The files that a table of the archive has already. */
export class ArchivedTable {
  readonly table: ArchiveTable;
  readonly #periods = new Map<string, { total: number; indices: Set<number> }>();

  /** @param paths of the whole archive */
  constructor(table: ArchiveTable, paths: readonly string[]) {
    this.table = table;
    for (const path of paths) {
      const part = partOf(path);
      if (part?.table === table) this.add(part);
    }
  }

  /** The first part of a period says how many there are. */
  add({ period, index, total }: Omit<ArchivePart, "table">): void {
    const there = this.#periods.get(period) ?? { total, indices: new Set() };
    this.#periods.set(period, there);
    there.indices.add(index);
  }

  has({ period, index }: ArchivePart): boolean {
    return this.#periods.get(period)?.indices.has(index) === true;
  }

  /** In how many parts a period is; `undefined` if it has none yet. */
  totalOf(period: string): number | undefined {
    return this.#periods.get(period)?.total;
  }

  /** The oldest period that has a file. */
  get oldest(): string | undefined {
    return this.#inOrder()[0];
  }

  /** The newest period that has a file of this archiver's. */
  newestOf({ index, total }: Archiver): string | undefined {
    return this.#inOrder().findLast((period) =>
      this.#partsOf(period).some((part) => part.index % total === index),
    );
  }

  /** The parts of the newest period before this one. */
  before(period: string): ArchivePart[] {
    const before = this.#inOrder().findLast((each) => each < period);
    return before === undefined ? [] : this.#partsOf(before);
  }

  #inOrder(): string[] {
    return [...this.#periods.keys()].sort();
  }

  #partsOf(period: string): ArchivePart[] {
    const { total, indices } = this.#periods.get(period) ?? { total: 0, indices: [] };
    return [...indices].map((index) => ({ table: this.table, period, index, total }));
  }
}
