/**
 * `npm run soak -- --minutes M --seed S`: the whole pipeline under every fault for M minutes, its processes killed at
 * random, and the account at the end. Without a seed it draws one, and says which.
 */
import { numberOf, readFlags } from "../../tools/flags.ts";
import { summary } from "./checker/account.ts";
import { runUnderFaults } from "./runs/run.ts";

const DEVICES = 300;
const FINDINGS_SHOWN = 20;

const USAGE = `Usage: npm run soak [-- --minutes M] [--seed S] [--devices N]

  --minutes M   how long faults are injected (default 10)
  --seed S      which faults, and when (drawn by default)
  --devices N   how many simulated devices (default ${DEVICES})`;

const flags = readFlags(USAGE, {
  minutes: { type: "string", default: "10" },
  seed: { type: "string", default: String(1 + Math.floor(Math.random() * 1_000_000)) },
  devices: { type: "string", default: String(DEVICES) },
});
const minutes = numberOf("minutes", flags.minutes, 0.1, USAGE);
const seed = numberOf("seed", flags.seed, 0, USAGE);
const devices = numberOf("devices", flags.devices, 1, USAGE);
const write = (line: string) => void process.stdout.write(`${line}\n`);

write(`seed ${seed}, ${devices} devices, ${minutes} minutes`);
const report = await runUnderFaults({ seed, devices, seconds: minutes * 60 });
const { account } = report;
const { lost, doubled, altered, dropped, unexplained } = account;

for (const [name, findings] of Object.entries({
  lost,
  doubled,
  altered,
  dropped,
  unexplained,
  "profile different": report.profiles.different,
  untold: report.telling.untold,
  "told of nothing": report.telling.unknown,
  leaked: report.leaks,
})) {
  for (const finding of findings.slice(0, FINDINGS_SHOWN)) write(`${name}: ${finding}`);
}
write(`fetcher runs ${report.fetcherRuns}, log lines ${report.lines}`);
write(
  `served ${account.served}, accepted ${account.accepted}, stored ${account.stored}, dead ${account.dead}, queued ${account.queued}`,
);
write(`served but never accepted: ${JSON.stringify(account.unpublished)}`);
write(
  `superseded by another value, because the fetcher was killed or failed in between: ${account.superseded}`,
);
write(`events: ${JSON.stringify(report.events)}`);
write(`faults: ${JSON.stringify(report.injected)}`);
write(`keys shown ${report.leaks.length}, edits overwritten ${report.overwrittenEdits.length}`);
write(`profiles ${report.profiles.checked} checked, ${report.profiles.different.length} different`);
const { events, untold, unknown, again } = report.telling;
write(
  `alerts ${events} openings and closings, ${untold.length} untold, ${unknown.length} unknown, ${again} told again`,
);
write(summary(account));

const findings = [lost, doubled, altered, dropped, unexplained, report.profiles.different, untold, unknown];
findings.push(report.leaks, report.overwrittenEdits);
process.exitCode = findings.some((list) => list.length > 0) ? 1 : 0;
