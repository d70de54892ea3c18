import { scheduleDlq } from "./queue.ts";

/** How functions are invoked by the clock, and what becomes of the events that fail. */

/** Retries of an event: by the schedule until Lambda takes it, by Lambda until the function finishes it. */
export const EVENT_RETRIES = 2;

/** Every so many seconds, or every day at a time of Vienna. */
type Times = { seconds: number } | { daily: { hour: number; minute: number } };

/** Invokes a function again and again. An event that it never takes goes to the schedules' DLQ. */
export function schedule(
  logicalName: string,
  args: {
    name: string;
    description: string;
    function: sst.aws.Function;
    event?: Record<string, unknown>;
    times: Times;
    maximumEventAgeInSeconds: number;
  },
): void {
  new sst.aws.CronV2(logicalName, {
    function: args.function,
    ...timesOf(args.times),
    ...(args.event === undefined ? {} : { event: args.event }),
    retries: EVENT_RETRIES,
    dlq: scheduleDlq.arn,
    transform: {
      schedule: (schedule) => {
        schedule.name = args.name;
        schedule.description = args.description;
        schedule.target = $output(schedule.target).apply((target) => ({
          ...target,
          retryPolicy: { ...target.retryPolicy, maximumEventAgeInSeconds: args.maximumEventAgeInSeconds },
        }));
      },
    },
  });
}

/** An event that has waited for a whole interval is replaced by the next one; one that never succeeded is kept. */
export function failedEvents(maximumEventAgeInSeconds: number) {
  return { maximumEventAgeInSeconds, destinationConfig: { onFailure: { destination: scheduleDlq.arn } } };
}

function timesOf(times: Times): Pick<sst.aws.CronV2Args, "schedule" | "timezone"> {
  if ("seconds" in times) return { schedule: rate(times.seconds) };
  const { hour, minute } = times.daily;
  return { schedule: `cron(${minute} ${hour} * * ? *)`, timezone: "Europe/Vienna" };
}

function rate(seconds: number) {
  const minutes = seconds / 60;
  return minutes === 1 ? "rate(1 minute)" : (`rate(${minutes} minutes)` as const);
}
