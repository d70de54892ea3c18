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
