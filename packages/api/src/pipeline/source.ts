import type { PipelineStatus } from "../contract.ts";

/** What a pipeline did, as far as this stack can tell; the rest is `unknown`. */
export interface PipelineActivity
  extends Pick<PipelineStatus, "runs" | "throughput" | "ingest_lag" | "unknown"> {
  oldest_age_ms: number | null;
}

/** Where the pipeline page gets its numbers: the running stack, its file or CloudWatch. */
export interface PipelineSource {
  /** @param depth messages in the measurement queue, including those in flight */
  read(depth: number): Promise<PipelineActivity>;
  /**
   * Reports every fetcher run and stored batch, if the pipeline runs in this process. Elsewhere the dashboard polls.
   *
   * @returns stops it
   */
  onActivity?(listener: (activity: "run" | "stored") => void): () => void;
}
