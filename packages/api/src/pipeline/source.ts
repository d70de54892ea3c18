import type { PipelineStatus } from "../contract.ts";

/** What a pipeline did, as far as this stack can tell; the rest is `unknown`. */
export interface PipelineActivity
  extends Pick<PipelineStatus, "runs" | "throughput" | "ingest_lag" | "unknown"> {
  oldest_age_ms: number | null;
}

/** Where the dashboard learns what the pipeline does: from the running stack, its file, or CloudWatch. */
export interface PipelineSource {
  /** @param depth messages in the measurement queue, those in flight included */
  read(depth: number): Promise<PipelineActivity>;
  /**
   * Tells of every fetcher run and every stored batch, where the pipeline is in this process; elsewhere it has to be
   * looked at.
   *
   * @returns ends it
   */
  onActivity?(listener: (activity: "run" | "stored") => void): () => void;
}
