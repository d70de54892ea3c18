import { beforeAll, describe, expect, inject, it } from "vitest";

import {
  type Call,
  deniedCalls,
  describeGrant,
  type ExplainedGrant,
  isExplainedBy,
  unusedGrants,
} from "../../tools/iam/calls.ts";
import { grantsOf, statementsOf } from "../../tools/iam/policy.ts";
import { type Graph, resourcesOf } from "../../tools/sst/graph.ts";
import { ROLES, type RoleName, recordedCalls } from "./support/scenario.ts";

const graphs = inject("graphs");

/** Grants that no call of our code uses: by the end of the resource's name, with what uses them. */
const USED_BY_AWS: Record<RoleName, ExplainedGrant[]> = {
  FetcherRole: [
    { action: "sqs:SendMessage", on: "-schedule-dlq", reason: "Lambda, for an event that failed every time" },
    { action: "logs:CreateLogStream", on: "-fetcher:*", reason: "Lambda, for what the function writes" },
    { action: "logs:PutLogEvents", on: "-fetcher:*", reason: "Lambda, for what the function writes" },
  ],
  ConsumerRole: [
    { action: "sqs:ReceiveMessage", on: "-measurements", reason: "the event source mapping" },
    { action: "sqs:DeleteMessage", on: "-measurements", reason: "the event source mapping" },
    { action: "sqs:GetQueueAttributes", on: "-measurements", reason: "the event source mapping" },
    { action: "logs:CreateLogStream", on: "-consumer:*", reason: "Lambda, for what the function writes" },
    { action: "logs:PutLogEvents", on: "-consumer:*", reason: "Lambda, for what the function writes" },
  ],
  ProfilerRole: [
    { action: "sqs:ReceiveMessage", on: "-profiles", reason: "the event source mapping" },
    { action: "sqs:DeleteMessage", on: "-profiles", reason: "the event source mapping" },
    { action: "sqs:GetQueueAttributes", on: "-profiles", reason: "the event source mapping" },
    { action: "logs:CreateLogStream", on: "-profiler:*", reason: "Lambda, for what the function writes" },
    { action: "logs:PutLogEvents", on: "-profiler:*", reason: "Lambda, for what the function writes" },
  ],
  PriceReaderRole: [
    { action: "sqs:SendMessage", on: "-schedule-dlq", reason: "Lambda, for an event that failed every time" },
    { action: "logs:CreateLogStream", on: "-prices:*", reason: "Lambda, for what the function writes" },
    { action: "logs:PutLogEvents", on: "-prices:*", reason: "Lambda, for what the function writes" },
  ],
  ArchiverRole: [
    { action: "sqs:SendMessage", on: "-schedule-dlq", reason: "Lambda, for an event that failed every time" },
    { action: "logs:CreateLogStream", on: "-archiver:*", reason: "Lambda, for what the function writes" },
    { action: "logs:PutLogEvents", on: "-archiver:*", reason: "Lambda, for what the function writes" },
  ],
  ReporterRole: [
    { action: "sqs:SendMessage", on: "-schedule-dlq", reason: "Lambda, for an event that failed every time" },
    { action: "logs:CreateLogStream", on: "-reporter:*", reason: "Lambda, for what the function writes" },
    { action: "logs:PutLogEvents", on: "-reporter:*", reason: "Lambda, for what the function writes" },
  ],
};

/** The roles of the schedules. */
const SCHEDULE = /^(Poll|ReadPrices|SendReports|Archive\d)/;

function invokedBy(schedule: string): string {
  if (schedule.startsWith("Poll")) return "fetcher";
  if (schedule.startsWith("Archive")) return "archiver";
  return schedule.startsWith("ReadPrices") ? "prices" : "reporter";
}

/** Resources with a wildcard, and why the service offers nothing narrower. */
const WILDCARDS = [
  {
    on: /:parameter\/energylive\/\w+\/keys\/\*$/,
    reason: "the names of keys are the operator's: one per account",
  },
  {
    on: /^arn:aws:s3:::energylive-\w+-archivebucket-\w+\/\*$/,
    reason: "the files of the archive, one or two a day",
  },
  {
    on: /:log-group:\/aws\/lambda\/[\w-]+:\*$/,
    reason: "the log streams of a group, whose names Lambda makes up",
  },
];

describe("the permissions of the functions", () => {
  const calls: Record<string, Call[]> = {};

  beforeAll(async () => Object.assign(calls, await recordedCalls(graphs.production)));

  it.each(ROLES)("allow every call that the code makes: %s", (role) => {
    const denied = deniedCalls(statementsOf(graphs.production, role), calls[role] ?? []);
    expect(denied, `${role} is not allowed ${denied.map(describeGrant).join(", ")}`).toEqual([]);
  });

  it.each(ROLES)("allow nothing that is not used: %s", (role) => {
    const unused = unusedGrants(statementsOf(graphs.production, role), calls[role] ?? []).filter(
      (grant) => !USED_BY_AWS[role].some((known) => isExplainedBy(known, grant)),
    );
    expect(unused, `${role} never uses ${unused.map(describeGrant).join(", ")}`).toEqual([]);
  });

  it.each(ROLES)("are explained where AWS uses them, and only those: %s", (role) => {
    const grants = grantsOf(statementsOf(graphs.production, role));
    const superfluous = USED_BY_AWS[role].filter(
      (known) => !grants.some((grant) => isExplainedBy(known, grant)),
    );
    expect(superfluous, "explained, but not granted").toEqual([]);
  });
});

describe.each(["production", "staging"] as const)("the policies of %s", (stage) => {
  const roles = resourcesOf(graphs[stage], "aws:iam/role:Role");

  it("name every action, and every resource as far as the service allows", () => {
    for (const { name } of roles) {
      for (const { action, resource } of grantsOf(statementsOf(graphs[stage], name))) {
        expect(action, name).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
        if (resource.includes("*"))
          expect(
            WILDCARDS.some(({ on }) => on.test(resource)),
            resource,
          ).toBe(true);
      }
    }
  });

  it("let only the service that uses it assume a role", () => {
    for (const { name, inputs } of roles) {
      const service = SCHEDULE.test(name) ? "scheduler.amazonaws.com" : "lambda.amazonaws.com";
      expect(JSON.stringify(inputs.assumeRolePolicy), name).toContain(`"Principal":{"Service":"${service}"}`);
    }
  });

  it("let a schedule invoke its function and fill its dead-letter queue, and nothing else", () => {
    const account = `${graphs[stage].app.providers.aws.region}:123456789012`;
    for (const { name } of roles.filter((role) => SCHEDULE.test(role.name))) {
      expect(grantsOf(statementsOf(graphs[stage], name))).toEqual([
        {
          action: "lambda:InvokeFunction",
          resource: `arn:aws:lambda:${account}:function:energylive-${stage}-${invokedBy(name)}`,
        },
        { action: "sqs:SendMessage", resource: `arn:aws:sqs:${account}:energylive-${stage}-schedule-dlq` },
      ]);
    }
  });

  it("are the same on every stage except for its names", () => {
    const withoutStage = (graph: Graph, role: string) =>
      grantsOf(statementsOf(graph, role)).map(({ action, resource }) => [
        action,
        resource
          .replace(graph.app.providers.aws.region, "<region>")
          .replace(/EnergyLive(\w+)-staging\b/, "EnergyLive$1")
          .replaceAll(graph.stage, "<stage>")
          // Names of buckets are unique in the world.
          .replace(/archivebucket-\w+/, "archivebucket"),
      ]);
    for (const role of ROLES) {
      expect(withoutStage(graphs[stage], role)).toEqual(withoutStage(graphs.production, role));
    }
  });
});
