import { describe, expect, it } from "vitest";

import { deniedCalls, unusedGrants } from "../../tools/iam/calls.ts";
import { covers, statementsOf } from "../../tools/iam/policy.ts";
import type { Graph } from "../../tools/sst/graph.ts";

const QUEUE = "arn:aws:sqs:eu-central-1:123456789012:queue";

describe("a grant", () => {
  it.each([
    ["sqs:SendMessage", QUEUE, true],
    ["sqs:sendmessage", QUEUE, true],
    ["sqs:SendMessage", `${QUEUE}-dlq`, false],
    ["sqs:SendMessage", QUEUE.toUpperCase(), false],
    ["sqs:DeleteMessage", QUEUE, false],
  ])("covers a call of the same action on the same resource: %s on %s", (action, resource, expected) => {
    expect(covers({ action: "sqs:SendMessage", resource: QUEUE }, { action, resource })).toBe(expected);
  });

  it("covers what its wildcards stand for, and takes every other character literally", () => {
    const call = { action: "ssm:GetParameter", resource: "arn:aws:ssm:x:1:parameter/a/b.c" };
    expect(covers({ action: "ssm:Get*", resource: "arn:aws:ssm:x:1:parameter/*" }, call)).toBe(true);
    expect(covers({ action: "ssm:GetParameter", resource: "arn:aws:ssm:x:?:parameter/a/b.c" }, call)).toBe(
      true,
    );
    expect(covers({ action: "ssm:GetParameter", resource: "arn:aws:ssm:x:1:parameter/a/b.?" }, call)).toBe(
      true,
    );
    expect(covers({ action: "ssm:GetParameter", resource: "arn:aws:ssm:x:1:parameter/b*" }, call)).toBe(
      false,
    );
    expect(
      covers(
        { action: call.action, resource: call.resource },
        { ...call, resource: "arn:aws:ssm:x:1:parameter/a/bxc" },
      ),
    ).toBe(false);
  });
});

describe("statements", () => {
  const statements = [{ actions: ["sqs:SendMessage", "sqs:ReceiveMessage"], resources: [QUEUE] }];

  it("deny what none of them allows", () => {
    const allowed = { action: "sqs:SendMessage", resource: QUEUE };
    const denied = { action: "sqs:PurgeQueue", resource: QUEUE };
    expect(deniedCalls(statements, [allowed, denied, denied])).toEqual([denied]);
  });

  it("find grants that no call uses", () => {
    expect(unusedGrants(statements, [{ action: "sqs:SendMessage", resource: QUEUE }])).toEqual([
      { action: "sqs:ReceiveMessage", resource: QUEUE },
    ]);
  });
});

describe("a role", () => {
  it("is read as its allow statements", () => {
    const graph = roleWith([{ Effect: "Allow", Action: "sqs:SendMessage", Resource: [QUEUE] }]);
    expect(statementsOf(graph, "Role")).toEqual([{ actions: ["sqs:SendMessage"], resources: [QUEUE] }]);
  });

  it.each([
    ["a deny", { Effect: "Deny", Action: "sqs:SendMessage", Resource: QUEUE }],
    ["a condition", { Effect: "Allow", Action: "sqs:SendMessage", Resource: QUEUE, Condition: {} }],
    ["an exception", { Effect: "Allow", NotAction: "sqs:SendMessage", Resource: QUEUE }],
  ])("is refused with %s, which would be judged wrongly", (_what, statement) => {
    expect(() => statementsOf(roleWith([statement]), "Role")).toThrow();
  });

  it("is refused with managed policies, whose statements are not in the graph", () => {
    expect(() => statementsOf(roleWith([], ["arn:aws:iam::aws:policy/AdministratorAccess"]), "Role")).toThrow(
      "Role has managed policies: arn:aws:iam::aws:policy/AdministratorAccess",
    );
  });
});

function roleWith(Statement: object[], managedPolicyArns: string[] = []): Graph {
  const policy = JSON.stringify({ Version: "2012-10-17", Statement });
  return {
    stage: "test",
    app: { name: "test", removal: "remove", protect: false, providers: { aws: { region: "eu-central-1" } } },
    resources: [
      {
        type: "aws:iam/role:Role",
        name: "Role",
        inputs: { inlinePolicies: [{ name: "inline", policy }], managedPolicyArns },
        retainOnDelete: false,
      },
    ],
    outputs: {},
    bundles: {},
  };
}
