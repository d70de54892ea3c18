declare module "dynalite" {
  import type { Server } from "node:http";

  /** DynamoDB over HTTP, in memory or on disk; closing the server closes its files too. */
  export default function dynalite(options: {
    /** Folder of the data; in memory if absent. */
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }): Server;
}

declare module "dynalite/db/index.js" {
  import type { Readable } from "node:stream";

  /** LevelDB as dynalite reads it: its values are items. */
  interface Level {
    createValueStream(range: object): Readable;
    values(options: object): {
      nextv(count: number): Promise<unknown[]>;
      close(): Promise<void>;
    };
  }

  /** What dynalite calls when it is created. */
  const dynaliteStore: { create(options: object): { db: Level } };
  export default dynaliteStore;
}
