import { DEFAULT_KEY_NAME, type InvalidDevice } from "@energylive/core/device/device";
import { isStale, Polls } from "@energylive/core/device/due";
import { openRegistry } from "../devices/registry.ts";
import { commandFor, type Stage } from "../stage/stage.ts";
import { age } from "../terminal/age.ts";
import { problemTexts } from "../texts.ts";
import { type Check, note, ok, wrong } from "./check.ts";

/** How many devices a line names; above that, only their number is given. */
const NAMED = 3;

/** What the doctor knows about all devices, without holding them in memory. */
export interface DeviceSurvey {
  enabled: number;
  keyNames: Set<string>;
  channelNames: Set<string>;
  invalid: InvalidDevice[];
  stale: string[];
  failing: string[];
  polls: Polls;
}

export async function surveyDevices(stage: Stage): Promise<DeviceSurvey> {
  const survey: DeviceSurvey = {
    enabled: 0,
    keyNames: new Set(),
    channelNames: new Set(),
    invalid: [],
    stale: [],
    failing: [],
    polls: new Polls(),
  };
  const now = Date.now();
  for await (const { device, invalid } of (await openRegistry(stage)).all()) {
    if (invalid !== undefined) survey.invalid.push(invalid);
    if (device === undefined || !device.enabled) continue;
    survey.enabled += 1;
    survey.keyNames.add(device.api_key ?? DEFAULT_KEY_NAME);
    for (const name of device.channels ?? []) survey.channelNames.add(name);
    survey.polls.add(device);
    if (isStale(device, now)) survey.stale.push(device.device_id);
    if (device.state.consecutive_failures > 0) survey.failing.push(device.device_id);
  }
  return survey;
}

export function checkDevices(survey: DeviceSurvey, stage: Stage, now: number): Check[] {
  if (survey.enabled + survey.invalid.length === 0)
    return [note("devices", `there are none yet: ${commandFor(stage, "devices add ID")} adds one`)];
  return [
    checkItems(survey, stage),
    checkLastRun(survey, stage, now),
    checkPolls(survey, stage),
    checkAge(survey, stage),
  ];
}

function checkItems({ invalid, enabled }: DeviceSurvey, stage: Stage): Check {
  if (invalid.length === 0) return ok("devices", `${enabled} enabled, every item is valid`);
  const said = invalid
    .slice(0, NAMED)
    .map(({ device_id, problems }) => `${device_id} (${problemTexts(problems).join("; ")})`);
  return wrong(
    "devices",
    `invalid and not polled: ${listed(said, invalid.length)}`,
    `${commandFor(stage, "devices set ID field=value")} fixes a field, field= removes it`,
  );
}

/** Whether devices are polled as often as the schedule says. */
export function checkLastRun({ polls, enabled }: DeviceSurvey, stage: Stage, now: number): Check {
  const { last: at } = polls;
  const { isRunning } = stage;
  if (enabled === 0) return note("last run", "no device is enabled, so none is polled");
  if (at === 0)
    return isRunning
      ? wrong(
          "last run",
          "no device has been polled yet",
          `${commandFor(stage, "poll")} polls now; is the schedule enabled?`,
        )
      : note("last run", "no device has been polled yet");
  const detail = `the fetcher polled ${age(now - at)} ago`;
  if (!isRunning || !polls.areMissing(now)) return ok("last run", detail);
  return wrong("last run", detail, "is the schedule enabled? docs/operations.md, FetcherNotSucceeding");
}

function checkPolls({ failing }: DeviceSurvey, stage: Stage): Check {
  if (failing.length === 0) return ok("polls", "no device is failing");
  return wrong(
    "polls",
    `failing: ${listed(failing.slice(0, NAMED), failing.length)}`,
    `${commandFor(stage, "devices list")} says why`,
  );
}

function checkAge({ stale, enabled }: DeviceSurvey, stage: Stage): Check {
  if (stale.length === 0) return ok("data", "fresh: every polled device has sent something in time");
  return wrong(
    "data",
    `${stale.length} of ${enabled} devices have sent nothing new for too long: ${listed(stale.slice(0, NAMED), stale.length)}`,
    `${commandFor(stage, "devices list")} shows the ages; docs/operations.md, DevicesStopped, says what to check`,
  );
}

function listed(named: readonly string[], total: number): string {
  return `${named.join(", ")}${total > named.length ? ` and ${total - named.length} more` : ""}`;
}
