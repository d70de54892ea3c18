import type { FetcherRun, PipelineStatus } from "../../api.ts";

/** What a pipeline did, as far as this stack can tell. */
export interface PipelineActivity extends Pick<PipelineStatus, "runs" | "throughput" | "ingest_lag"> {
  oldest_age_ms: number | null;
  /** Why a part is `null`, in words. */
  unknown: string[];
}

/** Where the dashboard learns what the pipeline does: from the running stack, its file, or CloudWatch. */
export interface PipelineSource {
  read(): Promise<PipelineActivity>;
  /**
   * Tells of every fetcher run and every stored batch, where the pipeline is in this process; elsewhere it has to be
   * looked at.
   *
   * @returns ends it
   */
  onActivity?(listener: (activity: "run" | "stored") => void): () => void;
}

export type { FetcherRun };
