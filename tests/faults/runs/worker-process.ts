/**
 * One Lambda function as a process of its own, to be killed at any moment: the deployed entry point, with the
 * environment of the parent's choice. `node worker-process.ts <fetcher|consumer|profiler> <clock skew in ms> [timeout in ms]`
 */
import { createLog } from "@energylive/core/log";
import { createSqs } from "@energylive/functions/clients";
import { startEventSourceMapping } from "@energylive/local/pipeline/event-source-mapping";

const [, , role, skewMs, timeoutMs] = process.argv;
const realNow = Date.now;
// Before the handler is imported: everything in it looks at this clock, the SDK's signatures too.
Date.now = () => realNow() + Number(skewMs);

/** Shorter than deployed, so that an outage of seconds outlasts an invocation. */
const FETCHER_TIMEOUT_MS = 18_000;
const CONSUMER_TIMEOUT_MS = 14_000;
const PROFILER_TIMEOUT_MS = 24_000;

function within(ms: number) {
  const endsAt = Date.now() + ms;
  return { getRemainingTimeInMillis: () => endsAt - Date.now() };
}

if (role === "fetcher") {
  process.on("disconnect", () => process.exit());
  const { handler } = await import("@energylive/functions/fetcher");
  process.on("message", async (event) => {
    try {
      const result = await handler(event, within(Number(timeoutMs ?? FETCHER_TIMEOUT_MS)));
      process.send?.({ result, peakBytes: process.resourceUsage().maxRSS * 1024 });
    } catch (error) {
      process.send?.({ error: String(error instanceof Error ? error.stack : error) });
    }
  });
} else {
  const { MEASUREMENT_QUEUE_URL, PROFILE_QUEUE_URL } = process.env;
  const [{ handler }, queueUrl, ownTimeoutMs] =
    role === "consumer"
      ? [await import("@energylive/functions/consumer"), MEASUREMENT_QUEUE_URL, CONSUMER_TIMEOUT_MS]
      : [await import("@energylive/functions/profiler"), PROFILE_QUEUE_URL, PROFILER_TIMEOUT_MS];
  const mapping = startEventSourceMapping({
    sqs: createSqs(),
    queueUrl: queueUrl ?? "",
    batchSize: 100,
    windowSeconds: 0.3,
    handler: (event) => handler(event, within(Number(timeoutMs ?? ownTimeoutMs))),
    log: createLog({ level: "debug" }),
  });
  process.on("disconnect", () => void mapping.stop().then(() => process.exit()));
}
process.send?.("ready");
