import * as z from "zod";

import { type Graph, resource } from "../sst/graph.ts";

/** The part of IAM that the app's policies use: allow statements of a role, with wildcards, without conditions. */

export interface Statement {
  actions: string[];
  resources: string[];
}

/** A permission in its smallest part: one action on one resource, either of which may hold wildcards. */
export interface Grant {
  action: string;
  resource: string;
}

const list = z
  .union([z.string(), z.array(z.string())])
  .pipe(z.transform((value: string | string[]) => (typeof value === "string" ? [value] : value)));

/** An element that is not named here, a condition for instance, would change the meaning: it is refused. */
const PolicyDocument = z.object({
  Version: z.literal("2012-10-17"),
  Statement: z.array(
    z.strictObject({ Sid: z.string().optional(), Effect: z.literal("Allow"), Action: list, Resource: list }),
  ),
});

const Role = z.object({
  inlinePolicies: z.array(z.object({ policy: z.string() })),
  managedPolicyArns: z.array(z.string()).default([]),
});

/**
 * The statements of the role of a function or a schedule.
 *
 * @param role the role's logical name, such as `FetcherRole`
 * @throws {Error} where the role has managed policies, or a statement that is more than an allow
 */
export function statementsOf(graph: Graph, role: string): Statement[] {
  const { inlinePolicies, managedPolicyArns } = Role.parse(resource(graph, "aws:iam/role:Role", role).inputs);
  if (managedPolicyArns.length > 0)
    throw new Error(`${role} has managed policies: ${managedPolicyArns.join(", ")}`);
  return inlinePolicies.flatMap(({ policy }) => parsePolicy(policy));
}

/**
 * The statements of a policy's JSON.
 *
 * @throws {Error} for a statement that is more than an allow
 */
export function parsePolicy(json: string): Statement[] {
  const { Statement } = PolicyDocument.parse(JSON.parse(json));
  return Statement.map(({ Action, Resource }) => ({ actions: Action, resources: Resource }));
}

/** Every action on every resource that the statements allow. */
export function grantsOf(statements: readonly Statement[]): Grant[] {
  return statements.flatMap(({ actions, resources }) =>
    actions.flatMap((action) => resources.map((resource) => ({ action, resource }))),
  );
}

/** Whether a grant covers a call: actions without regard to case, resources with it, `*` and `?` as IAM has them. */
export function covers(grant: Grant, call: Grant): boolean {
  return (
    pattern(grant.action.toLowerCase()).test(call.action.toLowerCase()) &&
    pattern(grant.resource).test(call.resource)
  );
}

function pattern(text: string): RegExp {
  const escaped = text.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
}
