import {
  type Answer,
  type Evidence,
  identityOf,
  readEnvelope,
  readMessage,
  type Served,
} from "./evidence.ts";

/**
 * Why a measurement that was served never reached the queue:
 * - `answer_lost`: no answer that held it came through whole;
 * - `asked_again`: the fetcher had given up on the answer, which came too late, and asked again in the same run;
 * - `poll_failed`: the poll that asked for it failed, and the device's log line says so;
 * - `fetcher_killed`: the fetcher that got it was killed, or its run failed, before it was done.
 */
type Reason = "answer_lost" | "asked_again" | "poll_failed" | "fetcher_killed";

interface Unpublished {
  measurement: Served;
  reason: Reason | undefined;
  /** Where there is no reason. */
  circumstances: string;
}

/** Each measurement that was served and is in no accepted message; without a reason when the run gives none. */
export function whyUnpublished(
  evidence: Evidence,
  measurementsOf: (deviceId: string, body: string) => Served[],
): Unpublished[] {
  const accepted = new Set<string>();
  for (const { body } of evidence.accepted) {
    const measurement = readMessage(body) ?? readEnvelope(body);
    if (measurement !== undefined) accepted.add(`${identityOf(measurement)}=${measurement.value}`);
  }

  const reasonOf = reasons(evidence);
  const unpublished = new Map<string, Unpublished>();
  for (const answer of evidence.answers) {
    for (const measurement of measurementsOf(answer.deviceId, answer.body)) {
      const identity = `${identityOf(measurement)}=${measurement.value}`;
      if (accepted.has(identity)) continue;
      const known = unpublished.get(identity);
      // Every answer that held it must have its reason; the first one without stands.
      if (known !== undefined && known.reason === undefined) continue;
      const reason = reasonOf(answer);
      const circumstances = reason === undefined ? circumstancesOf(evidence, answer) : "";
      unpublished.set(identity, { measurement, reason, circumstances });
    }
  }
  return [...unpublished.values()];
}

/** What happened to the device around an answer, for the person who looks for the reason. */
function circumstancesOf({ answers, runs, failedPolls }: Evidence, { deviceId, at }: Answer): string {
  const during = runs.filter((run) => run.startedAt <= at && at <= run.endedAt);
  const of = (events: readonly { deviceId: string; at: number }[]) =>
    events.filter((event) => event.deviceId === deviceId).map((event) => event.at - at);
  const near = (times: number[]) => times.filter((time) => Math.abs(time) < NEAR_MS && time !== 0).join(", ");
  const spans = during.map((run) => `${run.startedAt - at} to ${run.endedAt - at}`).join(", ");
  return `run from ${spans || "none"}, answers at ${near(of(answers)) || "none"}, failures at ${near(of(failedPolls)) || "none"} ms from it`;
}

const NEAR_MS = 60_000;

function reasons({ answers, runs, failedPolls }: Evidence): (answer: Answer) => Reason | undefined {
  const answersOf = Map.groupBy(answers, ({ deviceId }) => deviceId);
  const failedOf = Map.groupBy(failedPolls, ({ deviceId }) => deviceId);

  function reasonOfAnswer({ deviceId, askedAt }: Answer): Reason | undefined {
    const during = runs.filter((run) => run.startedAt <= askedAt && askedAt <= run.endedAt);
    const later = (answersOf.get(deviceId) ?? []).filter((other) => other.askedAt > askedAt);
    // A run polls a device once.
    if (during.some((run) => later.some((other) => other.askedAt <= run.endedAt))) return "asked_again";
    const failed = failedOf.get(deviceId) ?? [];
    // Logged after the request came and before the run ended.
    if (during.some((run) => failed.some(({ at }) => askedAt <= at && at <= run.endedAt)))
      return "poll_failed";
    return during.some((run) => !run.isFinished) ? "fetcher_killed" : undefined;
  }

  // One for all that an answer holds.
  const known = new Map<Answer, Reason | undefined>();
  return (answer) => {
    if (!answer.isDelivered) return "answer_lost";
    if (!known.has(answer)) known.set(answer, reasonOfAnswer(answer));
    return known.get(answer);
  };
}
