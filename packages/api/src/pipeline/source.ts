import type { PipelineStatus } from "../contract.ts";

/** What a pipeline did, as far as this stack can tell. */
export interface PipelineActivity extends Pick<PipelineStatus, "runs" | "throughput" | "ingest_lag"> {
  oldest_age_ms: number | null;
  /** What cannot be told, and why, in words. */
  unknown: string[];
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
