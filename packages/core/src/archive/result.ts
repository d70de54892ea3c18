import * as z from "zod";

/** What an archiver did. */
export const ArchiverResult = z.object({
  /** Files written, and their rows. */
  files: z.number(),
  rows: z.number(),
  /** Whether there is more to do than there was time for. */
  isUnfinished: z.boolean(),
});
export type ArchiverResult = z.infer<typeof ArchiverResult>;
