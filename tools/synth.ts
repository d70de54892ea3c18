/**
 * `npm run synth -- --stage <stage>`: what `sst deploy --stage <stage>` would deploy, without an account.
 * With `--json` the graph itself, as an array of `{ type, name, inputs }`; with `--cost` only the bill, also as JSON.
 */
import { parseArgs } from "node:util";

import { ConfigurationError } from "../packages/core/src/settings/configuration-error.ts";
import { METRICS } from "../packages/core/src/settings/metrics.ts";
import { readSettings, type Settings } from "../stacks/config.ts";
import { evaluate } from "./sst/evaluate.ts";
import { type Graph, resourcesOf } from "./sst/graph.ts";
import { ensurePlatform, PlatformError, ROOT } from "./sst/platform.ts";
import { EvaluationError } from "./sst/process.ts";
import { alarmMetrics, LambdaFunction, provisionedUnits, read, Table } from "./sst/resources.ts";
import { costJson, type Deployment, estimateCost, type Load } from "./synth/cost.ts";
import { describeCost } from "./synth/describe.ts";
import { summary } from "./synth/summary.ts";
import { stageVariables } from "./synth/variables.ts";

const USAGE =
  "usage: npm run synth -- --stage <stage> [--cost] [--json] [--devices <number>] [--measurements <new ones a poll>]";

class UsageError extends Error {}

/** As long as most people look at raw measurements; the archive has the others. */
const ARCHIVED_DAYS = 90;

try {
  await main();
} catch (error) {
  if (!isExpected(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { stage, cost, json, load } = readArguments();
  const variables = await stageVariables(ROOT, stage, process.env);
  // Before anything that takes time: a typo in a setting is told at once.
  const settings = readSettings(variables);
  await ensurePlatform(progress);
  progress(`evaluating sst.config.ts for the stage ${stage}`);
  const graph = await evaluate(stage, variables);
  const deployment = deploymentOf(graph, settings);
  const lines = estimateCost(load, deployment);
  const archived =
    deployment.retentionDays > ARCHIVED_DAYS
      ? {
          days: ARCHIVED_DAYS,
          lines: estimateCost(load, { ...deployment, retentionDays: ARCHIVED_DAYS }),
        }
      : undefined;
  const bill = () =>
    json ? asText(costJson(load, deployment, lines)) : describeCost(lines, archived).join("\n");
  const whole = () =>
    json ? asText(withoutDetails(graph)) : summary(graph, load, describeCost(lines, archived));
  process.stdout.write(`${cost ? bill() : whole()}\n`);
}

function readArguments(): { stage: string; cost: boolean; json: boolean; load: Load } {
  const { stage, cost, json, devices, measurements } = parsedArguments();
  const load = { devices: Number(devices), measurementsPerPoll: Number(measurements) };
  const isLoad = Object.values(load).every((value) => Number.isFinite(value) && value >= 0);
  if (stage === undefined || !isLoad) throw new UsageError(USAGE);
  return { stage, cost, json, load };
}

function parsedArguments() {
  try {
    return parseArgs({
      options: {
        stage: { type: "string" },
        cost: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        devices: { type: "string", default: "10" },
        measurements: { type: "string", default: "11" },
      },
    }).values;
  } catch {
    throw new UsageError(USAGE);
  }
}

function withoutDetails({ resources }: Graph) {
  return resources.map(({ type, name, inputs }) => ({ type, name, inputs }));
}

function asText(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function deploymentOf(graph: Graph, settings: Settings): Deployment {
  const tables = read(graph, "aws:dynamodb/table:Table", Table);
  const functions = read(graph, "aws:lambda/function:Function", LambdaFunction);
  const memoryOf = (name: string) =>
    functions.find(({ logicalName }) => logicalName === name)?.memorySize ?? 0;
  const isMeasured = functions.some(
    ({ environment }) => environment.variables.POWERTOOLS_METRICS_DISABLED === "false",
  );
  return {
    ...settings,
    fetcherMemoryMb: memoryOf("FetcherFunction"),
    consumerMemoryMb: memoryOf("ConsumerFunction"),
    profilerMemoryMb: memoryOf("ProfilerFunction"),
    pricesMemoryMb: settings.priceSource === "none" ? undefined : memoryOf("PriceReaderFunction"),
    reporterMemoryMb: memoryOf("ReporterFunction"),
    archiverMemoryMb: memoryOf("ArchiverFunction"),
    metrics: isMeasured ? Object.keys(METRICS).length : 0,
    alarmMetrics: alarmMetrics(graph),
    dashboards: resourcesOf(graph, "aws:cloudwatch/dashboard:Dashboard").length,
    isRecoverable: tables.some((table) => table.pointInTimeRecovery.enabled),
    provisioned: provisionedUnits(tables),
    isInfrequentAccess: tables.some(({ tableClass }) => tableClass === "STANDARD_INFREQUENT_ACCESS"),
  };
}

function isExpected(error: unknown): error is Error {
  return [UsageError, ConfigurationError, PlatformError, EvaluationError].some(
    (type) => error instanceof type,
  );
}

function progress(message: string): void {
  process.stderr.write(`${message}\n`);
}
