import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { EXIT_FAILED } from "../errors.ts";
import type { Stage } from "../stage/stage.ts";
import { colours } from "../terminal/output.ts";
import { wrapped } from "../terminal/wrap.ts";
import { checkAccount } from "./account.ts";
import { checkAlarms } from "./alarms.ts";
import { checkApi } from "./api.ts";
import { checkChannels } from "./channels.ts";
import { type Check, look, note, ok, wrong } from "./check.ts";
import { checkDevices, checkLastRun, surveyDevices } from "./devices.ts";
import { checkFunctions } from "./functions.ts";
import { checkKeys } from "./keys.ts";
import { checkQueues } from "./queues.ts";
import { checkTables } from "./tables.ts";

/** `energylive doctor` */
export function defineDoctor(program: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      program
        .command("doctor")
        .description("check everything that can be wrong, and say what to do about it")
        .option("--collecting", "check only whether devices are polled, for a container's health check"),
    ),
    {
      examples: [
        ["doctor", "the embedded stack"],
        ["doctor --stage production", "a deployed stage"],
      ],
      json: "{ target, healthy, checks: [{ name, status, detail, advice? }] }; status is ok, wrong or note, which is not a problem",
      notes: [
        "Checks credentials, region, tables, queues, functions, who is told of alarms, the last run, the API, each key, each channel, each device's item, the clock, the dead-letter queue and the age of the data. Exits with 1 if anything is wrong.",
      ],
    },
  ).action((options) => run(options, (context) => examine(context, options.collecting === true)));
}

/** Runs every check, one line each. One failed check does not hide the others. */
async function examine({ open, output }: Context, onlyCollecting: boolean): Promise<number> {
  const stage = await open();
  const progress = await output.progress(`Checking ${stage.label}`);
  const first = stage.kind === "deployed" ? await checkAccount() : [stackCheck(stage)];
  // Without credentials and a region every other check would fail for that reason.
  const checks = first.some(({ status }) => status === "wrong")
    ? first
    : [...first, ...(onlyCollecting ? await lookAtPolls(stage) : await lookAround(stage))];
  progress.end();
  const healthy = checks.every(({ status }) => status !== "wrong");
  await output.result({ target: stage.label, healthy, checks }, text(stage.label, checks));
  return healthy ? 0 : EXIT_FAILED;
}

function stackCheck({ label, isRunning }: Stage): Check {
  return isRunning
    ? ok("stack", `${label} is running`)
    : note("stack", `${label} is not running: nothing is polled or stored until npm start`);
}

/** Here a stack that does not run is a problem. */
function lookAtPolls(stage: Stage): Promise<Check[]> {
  return look("last run", async () => {
    if (!stage.isRunning) return wrong("last run", "nothing is polled", "npm start goes on with it");
    return checkLastRun(await surveyDevices(stage), stage, Date.now());
  });
}

async function lookAround(stage: Stage): Promise<Check[]> {
  const survey = surveyDevices(stage);
  const looks = await Promise.all([
    look("tables", () => checkTables(stage)),
    look("queues", () => checkQueues(stage)),
    stage.kind === "deployed" ? checkFunctions(stage) : [],
    stage.kind === "deployed" ? look("alarms", () => checkAlarms(stage)) : [],
    look("api", () => checkApi(stage)),
    look("keys", async () => checkKeys(stage, (await survey.catch(() => undefined))?.keyNames ?? new Set())),
    look("channels", async () =>
      checkChannels(stage, (await survey.catch(() => undefined))?.channelNames ?? new Set()),
    ),
    look("devices", async () => checkDevices(await survey, stage, Date.now())),
  ]);
  return looks.flat();
}

const MARK_WIDTH = 5;

const MARKS: Record<Check["status"], string> = {
  ok: colours.green("ok   "),
  wrong: colours.red("WRONG"),
  note: colours.dim("note "),
};

function text(label: string, checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const indent = " ".repeat(MARK_WIDTH + 2 + width + 2);
  const lines = checks.map(({ name, status, detail, advice }) => {
    const todo = advice === undefined ? "" : `\n${indent}→ ${wrapped(advice, { indent: `${indent}  ` })}`;
    return `${MARKS[status]}  ${name.padEnd(width)}  ${wrapped(detail, { indent })}${todo}`;
  });
  const count = checks.filter(({ status }) => status === "wrong").length;
  const verdict =
    count === 0 ? "Everything is in order" : `${count} ${count === 1 ? "thing is" : "things are"} wrong`;
  return [...lines, "", wrapped(`${verdict} with ${label}.`)].join("\n");
}
