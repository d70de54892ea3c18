import {
  type CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilterLogEventsCommandOutput,
} from "@aws-sdk/client-cloudwatch-logs";
import { FetcherResult, FetcherRun } from "@energylive/core/fetcher/result";
import * as z from "zod";

/** Long enough for several runs of every shard. */
const WINDOW_MS = 3_600_000;

/** Pages of a search may be empty; a busy log group must not delay the page for long. */
const MOST_PAGES = 20;

/** The last line of a fetcher run. */
const Finished = z.object({
  shard: FetcherRun.shape.shard,
  durationMs: z.number(),
  ...FetcherResult.shape,
});

/** The last run of each shard within the last hour, from the fetcher's log. Errors of CloudWatch Logs pass through. */
export async function readRuns(
  logs: CloudWatchLogsClient,
  fetcher: string,
  now: number,
): Promise<FetcherRun[]> {
  const byShard = new Map<number, FetcherRun>();
  let nextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer: FilterLogEventsCommandOutput = await logs.send(
      new FilterLogEventsCommand({
        logGroupName: `/aws/lambda/${fetcher}`,
        filterPattern: '{ $.event = "fetcher_finished" }',
        startTime: now - WINDOW_MS,
        nextToken,
      }),
    );
    for (const { timestamp = 0, message = "" } of answer.events ?? []) {
      const run = runOf(timestamp, message);
      if (run !== undefined && (byShard.get(run.shard.index)?.at ?? 0) < run.at)
        byShard.set(run.shard.index, run);
    }
    nextToken = answer.nextToken;
    if (nextToken === undefined) break;
  }
  return [...byShard.values()].sort((a, b) => a.shard.index - b.shard.index);
}

/** @param endedAt when the line was written */
function runOf(endedAt: number, line: string): FetcherRun | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  const parsed = Finished.safeParse(json);
  if (!parsed.success) return undefined;
  const { durationMs, ...counts } = parsed.data;
  return { ...counts, at: endedAt - durationMs, duration_ms: durationMs };
}
