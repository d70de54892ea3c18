/** The answer to `measurements/latest`, healthy or as a fault has it. */

import { after, type Exchange, reply } from "./exchange.ts";
import { faultyBody } from "./fault-elements.ts";
import { replySlowly, replyTruncated, replyWithFault } from "./fault-replies.ts";
import type { MeasurementFault, PlannedFault } from "./faults.ts";
import { latestText, type Measurement } from "./measurement.ts";

const DEFAULT_SLOW_MS = 2_000;

type Latest = readonly Measurement[] | string;

export interface LatestAnswer {
  /** What the device has measured by `at`, the present when absent. A text is sent as it stands. */
  latest: (at?: number) => Latest;
  planned: PlannedFault | undefined;
  /** Told of every measurement that a complete answer holds, before the client can see it. */
  onServed: (measurements: readonly Measurement[]) => void;
}

export function answerLatest(exchange: Exchange, answer: LatestAnswer): void {
  const { planned } = answer;
  if (planned === undefined) answerHealthy(exchange, answer);
  else answerFaulty(exchange, answer, planned);
}

function answerHealthy(exchange: Exchange, { latest, onServed }: LatestAnswer): void {
  const sent = latest();
  onServed(measurementsOf(sent));
  reply(exchange, 200, textOf(sent));
}

function answerFaulty(exchange: Exchange, answer: LatestAnswer, planned: PlannedFault): void {
  const { latest, onServed } = answer;
  const { fault } = planned;
  switch (fault.kind) {
    case "latency":
      after(exchange, fault.ms, () => answerHealthy(exchange, answer));
      break;
    case "connection_reset":
      exchange.response.socket?.resetAndDestroy();
      break;
    case "hang":
      break;
    case "truncated_body":
      replyTruncated(exchange, textOf(latest()));
      break;
    case "slow_body": {
      const sent = latest();
      const overMs = fault.overMs ?? DEFAULT_SLOW_MS;
      replySlowly(exchange, textOf(sent), overMs, () => onServed(measurementsOf(sent)));
      break;
    }
    case "status":
    case "redirect":
    case "html":
    case "not_an_array":
    case "huge_body":
      replyWithFault(exchange, fault);
      break;
    default:
      answerAltered(exchange, answer, fault, planned);
  }
}

function answerAltered(
  exchange: Exchange,
  { latest, onServed }: LatestAnswer,
  fault: MeasurementFault,
  { occurrence, firstAt }: PlannedFault,
): void {
  // Time must not run forwards beneath timestamps that run backwards.
  const isPinned = fault.kind === "backwards_timestamps" || fault.kind === "corrected_values";
  const unaltered = latest(isPinned ? firstAt : undefined);
  if (typeof unaltered === "string") reply(exchange, 200, unaltered);
  else {
    const { text, valid } = faultyBody(fault, unaltered, occurrence);
    onServed(valid);
    reply(exchange, 200, text);
  }
}

function textOf(latest: Latest): string {
  return typeof latest === "string" ? latest : latestText(latest);
}

/** What is in a text is its author's business. */
function measurementsOf(latest: Latest): readonly Measurement[] {
  return typeof latest === "string" ? [] : latest;
}
