import type { Stage } from "../stage/stage.ts";
import { type Check, note, ok, wrong } from "./check.ts";

const TIMEOUT_MS = 10_000;

/** AWS refuses signed requests that are five minutes off, and so are measurements from the future. */
const MOST_SKEW_MS = 60_000;

/** Whether the API answers, asked without a key, and whether its clock agrees with ours. */
export async function checkApi(stage: Stage): Promise<Check[]> {
  const url = await stage.apiUrl();
  const { host } = new URL(url);
  let response: Response;
  const askedAt = Date.now();
  try {
    response = await fetch(`${url}/devices`, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
    await response.body?.cancel();
  } catch {
    return [
      wrong(
        "api",
        `${host} does not answer`,
        "is the network up, and is the address right? The next poll tries again.",
      ),
      note("clock", "could not be compared: the API does not answer"),
    ];
  }
  const answeredAt = Date.now();
  const reachable =
    response.status >= 500
      ? wrong("api", `${host} answers ${response.status}`, "the API has a problem; the next poll tries again")
      : ok("api", `${host} answers in ${answeredAt - askedAt} ms`);
  return [reachable, checkClock(response.headers.get("date"), askedAt, answeredAt)];
}

/** @param date the header of an answer between the two times */
export function checkClock(date: string | null, askedAt: number, answeredAt: number): Check {
  const theirs = Date.parse(date ?? "");
  if (Number.isNaN(theirs)) return note("clock", "the API sends no time to compare with");
  // The header counts in whole seconds.
  const skewMs = Math.max(0, theirs - answeredAt, askedAt - (theirs + 1_000));
  if (skewMs <= MOST_SKEW_MS) return ok("clock", "agrees with the API's");
  return wrong(
    "clock",
    `is ${Math.round(skewMs / 1000)} s away from the API's`,
    "set this machine's clock (NTP): AWS refuses requests that are five minutes off",
  );
}
