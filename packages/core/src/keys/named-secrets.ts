import type { SSMClient } from "@aws-sdk/client-ssm";

import { jsonOf, putSecret, removeParameter, secretsBelow } from "./parameter.ts";

/**
 * Secrets of one kind by their names, such as channels, kept where a stage's keys are: in SSM when deployed, in a file of its
 * owner on one machine.
 */
export interface NamedSecrets<Stored, Parsed> {
  /** By name. */
  list(): Promise<Parsed[]>;
  /** Adds one, or replaces the one with that name. */
  set(name: string, stored: Stored): Promise<void>;
  /** @returns whether there was one */
  remove(name: string): Promise<boolean>;
}

/** Reads what is stored; what cannot be used is named as that, so that the others can be. */
export type ParseSecret<Parsed> = (name: string, stored: unknown) => Parsed;

/** SSM SecureString parameters below `path`, which ends with a slash, encrypted with SSM's own key. */
export function ssmSecrets<Stored, Parsed extends { name: string }>(options: {
  ssm: SSMClient;
  path: string;
  parse: ParseSecret<Parsed>;
}): NamedSecrets<Stored, Parsed> {
  const { ssm, path, parse } = options;
  return {
    async list() {
      const found: Parsed[] = [];
      for await (const [name, value] of secretsBelow(ssm, path)) found.push(parse(name, jsonOf(value)));
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    set: (name, stored) => putSecret(ssm, `${path}${name}`, JSON.stringify(stored)),
    remove: (name) => removeParameter(ssm, `${path}${name}`),
  };
}
