import type { GetFunctionConfigurationCommandOutput } from "@aws-sdk/client-lambda";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import {
  ConsumerEnvironment,
  FetcherEnvironment,
  parseEnvironment,
} from "@energylive/core/settings/environment";
import type { ResourceNames } from "@energylive/core/settings/names";

import { functionConfiguration } from "../target/lambda.ts";
import { type Check, look, ok, wrong } from "./check.ts";

/** Who asks, and where. */
export async function checkAccount(): Promise<Check[]> {
  const sts = new STSClient({});
  try {
    return [
      ...(await look("credentials", async () => {
        const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
        return ok("credentials", `${Arn} in account ${Account}`);
      })),
      ...(await look("region", async () => ok("region", await sts.config.region()))),
    ];
  } finally {
    sts.destroy();
  }
}

/** Both functions: there, active, and with the variables that their code asks for. */
export async function checkFunctions(names: ResourceNames): Promise<Check[]> {
  const checks = await Promise.all([
    look("fetcher", async () =>
      checkFunction("fetcher", await functionConfiguration(names.fetcher), (variables) => {
        parseEnvironment(FetcherEnvironment, variables);
        return [["DEVICES_TABLE", names.devicesTable]];
      }),
    ),
    look("consumer", async () =>
      checkFunction("consumer", await functionConfiguration(names.consumer), (variables) => {
        parseEnvironment(ConsumerEnvironment, variables);
        return [["MEASUREMENTS_TABLE", names.measurementsTable]];
      }),
    ),
  ]);
  return checks.flat();
}

function checkFunction(
  name: string,
  configuration: GetFunctionConfigurationCommandOutput,
  expected: (variables: Record<string, string>) => [variable: string, value: string][],
): Check {
  const { FunctionName = "", State = "Active", LastUpdateStatus, StateReason } = configuration;
  const variables = configuration.Environment?.Variables ?? {};
  const advice = "deploy the stage again: it was changed by hand, or its deployment did not end";
  if (State !== "Active" && State !== "Inactive")
    return wrong(name, `${FunctionName} is ${State}: ${StateReason ?? "no reason given"}`, advice);
  if (LastUpdateStatus === "Failed") return wrong(name, `the last update of ${FunctionName} failed`, advice);
  const differing = expected(variables).filter(([variable, value]) => variables[variable] !== value);
  if (differing.length > 0) {
    const said = differing.map(([variable, value]) => `${variable} is ${variables[variable]}, not ${value}`);
    return wrong(name, said.join("; "), advice);
  }
  const { Runtime, Timeout, MemorySize } = configuration;
  return ok(name, `${FunctionName}, ${Runtime}, ${Timeout} s, ${MemorySize} MB`);
}
