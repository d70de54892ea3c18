import {
  type GetFunctionConfigurationCommandOutput,
  ResourceNotFoundException,
} from "@aws-sdk/client-lambda";
import {
  ArchiverEnvironment,
  ConsumerEnvironment,
  FetcherEnvironment,
  PricesEnvironment,
  ProfilerEnvironment,
  parseEnvironment,
  ReporterEnvironment,
} from "@energylive/core/settings/environment";
import {
  ARCHIVER_TIMEOUT_SECONDS,
  CONSUMER_TIMEOUT_SECONDS,
  FETCHER_TIMEOUT_SECONDS,
  PRICES_TIMEOUT_SECONDS,
  PROFILER_TIMEOUT_SECONDS,
  REPORTER_TIMEOUT_SECONDS,
} from "@energylive/core/settings/pipeline";

import { eventSourceMappings, functionConfiguration } from "../stage/lambda.ts";
import type { Stage } from "../stage/stage.ts";
import { type Check, look, note, ok, wrong } from "./check.ts";

const DEPLOY_AGAIN = "deploy the stage again: it was changed by hand, or its deployment did not finish";

/** What a function must be like. */
interface Expected {
  /** Throws for a variable that is missing or malformed. */
  parse: (variables: Record<string, string>) => unknown;
  /** The resources that it uses, by variable. */
  variables: Record<string, string>;
  /** In seconds; the fetcher's depends on the schedule. */
  timeout: (seconds: number) => boolean;
}

/** The functions, and the event source mappings of those that read a queue. */
export async function checkFunctions(stage: Stage): Promise<Check[]> {
  const { names, name } = stage;
  const checks = await Promise.all([
    checkFunction("fetcher", names.fetcher, {
      parse: (variables) => parseEnvironment(FetcherEnvironment, variables),
      variables: { STAGE: name, DEVICES_TABLE: names.devicesTable, API_KEY_PATH: names.apiKeyPath },
      timeout: (seconds) => seconds <= FETCHER_TIMEOUT_SECONDS,
    }),
    checkFunction("consumer", names.consumer, {
      parse: (variables) => parseEnvironment(ConsumerEnvironment, variables),
      variables: { STAGE: name, MEASUREMENTS_TABLE: names.measurementsTable },
      timeout: (seconds) => seconds === CONSUMER_TIMEOUT_SECONDS,
    }),
    checkFunction("profiler", names.profiler, {
      parse: (variables) => parseEnvironment(ProfilerEnvironment, variables),
      variables: { STAGE: name, PROFILES_TABLE: names.profilesTable },
      timeout: (seconds) => seconds === PROFILER_TIMEOUT_SECONDS,
    }),
    checkFunction("reporter", names.reporter, {
      parse: (variables) => parseEnvironment(ReporterEnvironment, variables),
      variables: { STAGE: name, PROFILES_TABLE: names.profilesTable, CHANNEL_PATH: names.channelPath },
      timeout: (seconds) => seconds === REPORTER_TIMEOUT_SECONDS,
    }),
    checkFunction("archiver", names.archiver, {
      parse: (variables) => parseEnvironment(ArchiverEnvironment, variables),
      variables: { STAGE: name, MEASUREMENTS_TABLE: names.measurementsTable },
      timeout: (seconds) => seconds === ARCHIVER_TIMEOUT_SECONDS,
    }),
    checkPrices(stage),
    checkEventSource("event source", names.measurementQueue, names.consumer),
    checkEventSource("profile event source", names.profileQueue, names.profiler),
  ]);
  return checks.flat();
}

/** It exists, is active, and has the settings that its code and the queues rely on. */
function checkFunction(name: string, functionName: string, expected: Expected): Promise<Check[]> {
  return look(name, async () => {
    const configuration = await functionConfiguration(functionName);
    const problem = problemOf(configuration, expected);
    if (problem !== undefined) return wrong(name, `${functionName}: ${problem}`, DEPLOY_AGAIN);
    const { Runtime, Timeout, MemorySize } = configuration;
    return ok(name, `${functionName}, ${Runtime}, ${Timeout} s, ${MemorySize} MB`);
  });
}

/** A stage whose price source is `none` has no such function. */
async function checkPrices({ names, name }: Stage): Promise<Check[]> {
  try {
    await functionConfiguration(names.prices);
  } catch (error) {
    if (error instanceof ResourceNotFoundException)
      return [
        note("prices", `no ${names.prices}: market prices are not read (ENERGYLIVE_PRICE_SOURCE is none)`),
      ];
  }
  return checkFunction("prices", names.prices, {
    parse: (variables) => parseEnvironment(PricesEnvironment, variables),
    variables: { STAGE: name, PRICES_TABLE: names.pricesTable },
    timeout: (seconds) => seconds === PRICES_TIMEOUT_SECONDS,
  });
}

function problemOf(
  configuration: GetFunctionConfigurationCommandOutput,
  expected: Expected,
): string | undefined {
  const { State = "Active", StateReason = "no reason given", LastUpdateStatus, Timeout = 0 } = configuration;
  // An inactive function was not invoked for weeks; the next invocation wakes it.
  if (State !== "Active" && State !== "Inactive") return `is ${State}: ${StateReason}`;
  if (LastUpdateStatus === "Failed") return "its last update failed";
  const variables = configuration.Environment?.Variables ?? {};
  const differing = Object.entries(expected.variables)
    .filter(([variable, value]) => variables[variable] !== value)
    .map(([variable, value]) => `${variable} is ${variables[variable] ?? "not set"}, not ${value}`);
  if (differing.length > 0) return differing.join("; ");
  if (!expected.timeout(Timeout)) return `its timeout is ${Timeout} s`;
  expected.parse(variables);
  return undefined;
}

function checkEventSource(name: string, queue: string, reader: string): Promise<Check[]> {
  return look(name, async () => checkMapping(name, queue, reader));
}

async function checkMapping(name: string, queue: string, reader: string): Promise<Check> {
  const mappings = await eventSourceMappings(reader);
  const mapping = mappings.find(({ EventSourceArn = "" }) => EventSourceArn.endsWith(`:${queue}`));
  if (mapping === undefined) return wrong(name, `${queue} does not invoke ${reader}`, DEPLOY_AGAIN);
  const { State, FunctionResponseTypes = [] } = mapping;
  if (State !== "Enabled")
    return wrong(
      name,
      `${queue} no longer invokes ${reader}: its mapping is ${State}`,
      "enable the trigger in the Lambda console, or deploy the stage again; queued messages are kept for fourteen days",
    );
  if (!FunctionResponseTypes.includes("ReportBatchItemFailures"))
    return wrong(name, "one failing message sends its whole batch back to the queue", DEPLOY_AGAIN);
  return ok(name, `${queue} invokes ${reader}`);
}
