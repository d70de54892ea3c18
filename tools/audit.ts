/**
 * `npm run check:audit`: fails for a known vulnerability of severity high or critical in what runs for users, the
 * production dependencies. Whether dev tools have one changes from day to day and concerns no one who runs this. A
 * registry that cannot be asked is said and is no failure: the check must run on a machine without one.
 */
import { spawn } from "node:child_process";

import * as z from "zod";

const Finding = z.object({
  name: z.string(),
  severity: z.string(),
  range: z.string(),
  /** Names of the packages below that bring it, and its own advisories. */
  via: z.array(z.union([z.string(), z.object({ title: z.string(), url: z.string() })])),
  fixAvailable: z.union([z.boolean(), z.object({ name: z.string(), version: z.string() })]),
});
type Finding = z.infer<typeof Finding>;

const Report = z.object({ vulnerabilities: z.record(z.string(), Finding) });
/** What npm answers when it got no report. */
const NoReport = z.object({ message: z.string() });

const FAILING = new Set(["high", "critical"]);

const answer: unknown = JSON.parse(await npmAudit());
const report = Report.safeParse(answer);
if (process.env.npm_config_offline === "true") notAudited("npm is offline");
else if (report.success) judge(Object.values(report.data.vulnerabilities));
else notAudited(NoReport.parse(answer).message);

function judge(findings: readonly Finding[]): void {
  const failing = findings.filter(({ severity }) => FAILING.has(severity));
  for (const finding of failing) process.stderr.write(`${describe(finding)}\n`);
  if (failing.length === 0) process.stdout.write("no known vulnerability, high or critical, in production\n");
  else process.exitCode = 1;
}

function describe({ name, severity, range, via, fixAvailable }: Finding): string {
  const reasons = via.map((reason) => (typeof reason === "string" ? `through ${reason}` : reason.title));
  const next =
    fixAvailable === false
      ? "there is no fix yet: replace it, or see whether it concerns us"
      : `npm audit fix --omit=dev${typeof fixAvailable === "object" ? ` (${fixAvailable.name} ${fixAvailable.version})` : ""}`;
  // Without a range when npm could not work one out.
  const versions = range === "" ? name : `${name} ${range}`;
  return `${versions} is vulnerable (${severity}): ${reasons.join("; ")}. Next: ${next}`;
}

function notAudited(reason: string): void {
  process.stdout.write(`not audited, the registry could not be asked: ${reason}\n`);
}

/** Its report as JSON; npm's exit code says no more than that. */
function npmAudit(): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("npm", ["audit", "--omit=dev", "--json"], {
      stdio: ["ignore", "pipe", "ignore"],
      // One attempt: without a network npm would try for a minute.
      env: { ...process.env, npm_config_fetch_retries: "0", npm_config_fetch_timeout: "20000" },
    });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += String(chunk);
    });
    child.on("error", reject);
    child.on("close", () => resolve(output));
  });
}
